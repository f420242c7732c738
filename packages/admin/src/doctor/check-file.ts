import { existsSync } from "node:fs"
import { stat, statfs } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { plainText } from "../command/words.ts"
import { doubtful, type Finding, fine, wrong } from "./finding.ts"

/** Less than this, and the next backup or a busy night fills the disk. */
const LEAST_FREE = 100_000_000
/** A log that is not moved into the file: some reader never ends. */
const LARGEST_LOG = 100_000_000

/** File systems of other machines, on which a write-ahead log is not safe (https://sqlite.org/wal.html): NFS, SMB and CIFS. */
const REMOTE: ReadonlyArray<number> = [0x6969, 0x517b, 0xff534d42, 0xfe534d42]

const about = "store"

/** What a file was like before it was opened: that takes away the rights of others. */
interface SeenFile {
  readonly path: string
  readonly mode: number
}

/** Null where there is none. */
export const lookAtFile = async (path: string): Promise<SeenFile | null> =>
  path === ":memory:" || !existsSync(path) ? null : { path, mode: (await stat(path)).mode }

/** A SQLite file from outside, after it was opened, or was not. */
export const checkFile = async (seen: SeenFile | null): Promise<ReadonlyArray<Finding>> => {
  if (seen === null) return []
  const { path, mode } = seen
  const [file, folder, disk] = [
    await stat(path),
    await stat(dirname(resolve(path))),
    await statfs(dirname(resolve(path)))
  ]
  const name = plainText(path)
  const found: Array<Finding> = []
  if (process.platform !== "win32" && isOpen(mode))
    found.push(
      wrong({
        about,
        code: "file-open-to-others",
        what: `Others on this machine ${isOpen(file.mode) ? "can" : "could"} read ${name} (mode ${(mode & 0o777).toString(8)}).`,
        why: "It has password hashes in it.",
        mend: `${isOpen(file.mode) ? `chmod 600 ${name}` : "This command has taken their rights away"}. Set umask 077 where the file is made, and look who else has a copy.`
      })
    )
  if (process.platform !== "win32" && (folder.mode & 0o022) !== 0 && (folder.mode & 0o1000) === 0)
    found.push(
      doubtful({
        about,
        code: "folder-open-to-others",
        what: `Others on this machine can write to the folder of ${name}.`,
        why: "They can put another database in its place.",
        mend: `chmod go-w ${plainText(dirname(resolve(path)))}`
      })
    )
  if (REMOTE.includes(disk.type))
    found.push(
      wrong({
        about,
        code: "remote-disk",
        what: `${name} is on a file system of another machine.`,
        why: "SQLite's write-ahead log needs shared memory, which two machines do not have: the file can be damaged.",
        mend: "Put it on a local disk, or use Redis."
      })
    )
  const free = disk.bavail * disk.bsize
  if (free < Math.max(LEAST_FREE, file.size))
    found.push(
      doubtful({
        about,
        code: "disk-full-soon",
        what: `${megabytes(free)} are free on the disk of ${name}, which has ${megabytes(file.size)}.`,
        why: "When the disk is full, every change fails with 503.",
        mend: "Make room, and shorten LATCHKEY_AUDIT_RETENTION if the trail is what grows."
      })
    )
  const log = await stat(`${path}-wal`).catch(() => null)
  if (log !== null && log.size > LARGEST_LOG)
    found.push(
      doubtful({
        about,
        code: "log-too-long",
        what: `The write-ahead log of ${name} has ${megabytes(log.size)}.`,
        why: "It is not moved into the file, because a reader never ends. It slows down every read, and fills the disk.",
        mend: "Look for a program that keeps the file open within a transaction, such as a shell or a copy."
      })
    )
  if (found.length === 0)
    found.push(fine(about, "file", `Only its owner can read ${name}. ${megabytes(free)} are free.`))
  return found
}

/** Whether others than the owner of a file may do anything with it. */
const isOpen = (mode: number): boolean => (mode & 0o077) !== 0

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000).toLocaleString("en")} MB`
