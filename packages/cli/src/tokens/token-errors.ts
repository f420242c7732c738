/** What can go wrong with kept tokens. No error holds a token or the text of the file. */

/** No token of this server is kept. Log in first. */
export class NotLoggedIn extends Error {
  readonly _tag = "NotLoggedIn"
  override readonly name = "NotLoggedIn"
  readonly server: string
  constructor({ server }: { server: string }) {
    super(`Not logged in to ${server}.`)
    this.server = server
  }
}

/** The server no longer accepts the token: it has expired, or somebody ended it. Log in again. */
export class TokenRejected extends Error {
  readonly _tag = "TokenRejected"
  override readonly name = "TokenRejected"
  readonly server: string
  constructor({ server }: { server: string }) {
    super(`${server} no longer accepts the token. Log in again.`)
    this.server = server
  }
}

/** The file is there and cannot be understood. It is left as it is, because it may hold tokens that still work. */
export class TokenFileBroken extends Error {
  readonly _tag = "TokenFileBroken"
  override readonly name = "TokenFileBroken"
  readonly path: string
  /** What is wrong, in a sentence. */
  readonly reason: string
  constructor({ path, reason }: { path: string; reason: string }) {
    super(`${path} cannot be read: ${reason} Repair it, or move it away and log in again.`)
    this.path = path
    this.reason = reason
  }
}

/** The system refused to read or to write the file. */
export class TokenFileError extends Error {
  readonly _tag = "TokenFileError"
  override readonly name = "TokenFileError"
  readonly path: string
  /** Such as `EACCES` or `ENOSPC`. */
  readonly code: string
  constructor({ path, code }: { path: string; code: string }) {
    super(`${path} cannot be used (${code}).`)
    this.path = path
    this.code = code
  }
}

/** Other programs have kept the file locked for long. Nothing was changed. */
export class TokenFileBusy extends Error {
  readonly _tag = "TokenFileBusy"
  override readonly name = "TokenFileBusy"
  readonly path: string
  constructor({ path }: { path: string }) {
    super(`${path} is locked by another program. Try again; if no program uses it, remove ${path}.lock.`)
    this.path = path
  }
}
