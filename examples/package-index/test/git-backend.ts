import { execFileSync, spawn } from "node:child_process"
import { join } from "node:path"

/** Git's own smart HTTP, as CGI (git-http-backend(1)). */
export type GitBackend = (
  request: Request,
  body: Uint8Array
) => Promise<{ readonly status: number; readonly headers: Record<string, string>; readonly body: Buffer }>

export const makeGitBackend = (folder: string): GitBackend => {
  return async ({ method, url, headers }, body) => {
    const { pathname, search } = new URL(url)
    const child = spawn("git", ["http-backend"], {
      env: {
        PATH: process.env.PATH,
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: "1",
        REMOTE_USER: "ada", // whom the guard let pass: git takes no push from nobody
        REQUEST_METHOD: method,
        PATH_INFO: pathname.replace(/^\/git/, ""),
        QUERY_STRING: search.slice(1),
        CONTENT_TYPE: headers.get("content-type") ?? "",
        CONTENT_LENGTH: String(body.length),
        HTTP_CONTENT_ENCODING: headers.get("content-encoding") ?? "",
        GIT_PROTOCOL: headers.get("git-protocol") ?? ""
      }
    })
    child.stdin.on("error", () => {}).end(body)
    const answer = Buffer.concat(await child.stdout.toArray())
    const end = answer.indexOf("\r\n\r\n")
    const lines = answer.subarray(0, end).toString("latin1").split("\r\n")
    const answered = Object.fromEntries(lines.map((line) => line.split(": ", 2)))
    const { Status: status = "200", ...rest } = answered
    return { status: Number.parseInt(status, 10), headers: rest, body: answer.subarray(end + 4) }
  }
}

/** An empty repository at `/git/<name>.git`. */
export const makeRepository = (folder: string, name: string): void => {
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", join(folder, `${name}.git`)])
}
