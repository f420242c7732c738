import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { run } from "./run.ts"
import { newFolder } from "./site.ts"

/** The interpreter itself: what stands on PATH may be a wrapper that looks for its own home in $HOME. Empty without pip. */
const python = spawnSync("python3", ["-c", "import pip, sys; print(sys.executable)"], {
  encoding: "utf8"
}).stdout.trim()

export const hasPip = python !== ""
if (!hasPip) console.warn("\nNO PIP: its tests and twine's are SKIPPED. Install python3-pip.\n")

/** Runs pip, which may ask nobody for a password. */
export const pip = (cwd: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  run(python, ["-m", "pip", "--disable-pip-version-check", "--no-cache-dir", "--retries", "0", ...args], {
    cwd,
    env: { PIP_CONFIG_FILE: "/dev/null", PIP_NO_INPUT: "1", ...env }
  })

const PROJECT = `[project]
name = "harbour-widget"
version = "1.2.3"
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
`

/** The least that builds a wheel (PEP 517, PEP 427), so that no build tool must be fetched. */
const BACKEND = `import base64, hashlib, zipfile
NAME, INFO = "harbour_widget-1.2.3-py3-none-any.whl", "harbour_widget-1.2.3.dist-info"
FILES = {
    "harbour_widget.py": "SAYS = 'a widget'\\n",
    INFO + "/METADATA": "Metadata-Version: 2.1\\nName: harbour-widget\\nVersion: 1.2.3\\n",
    INFO + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: backend\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
}
def digest(text):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
def build_wheel(folder, config_settings=None, metadata_directory=None):
    record = "".join(f"{name},{digest(text)},{len(text)}\\n" for name, text in FILES.items())
    with zipfile.ZipFile(f"{folder}/{NAME}", "w") as wheel:
        for name, text in {**FILES, INFO + "/RECORD": record + f"{INFO}/RECORD,,\\n"}.items():
            wheel.writestr(name, text)
    return NAME
`

export interface Wheel {
  readonly name: string
  readonly bytes: Buffer
}

/** A real wheel, built by pip once for all tests of a file. */
export const builtWheel = (): Promise<Wheel> => {
  built ??= buildWheel()
  return built
}

let built: Promise<Wheel> | undefined

const buildWheel = async (): Promise<Wheel> => {
  const [source, target] = [newFolder(), newFolder()]
  writeFileSync(join(source, "pyproject.toml"), PROJECT)
  writeFileSync(join(source, "backend.py"), BACKEND)
  const { code, output } = await pip(source, ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", target, "."])
  const [name] = readdirSync(target)
  if (code !== 0 || name === undefined) throw new Error(`pip could not build the wheel:\n${output}`)
  return { name, bytes: readFileSync(join(target, name)) }
}

/** Writes a wheel into a folder, and gives its path. */
export const writeWheel = (folder: string, { name, bytes }: Wheel): string => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}
