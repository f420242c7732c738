/** How a log-in can end without a token, besides what can go wrong with a server. */

/** Somebody chose Deny on the page or entered a wrong number three times, or the server found that it cannot be. */
export class LoginDenied extends Error {
  readonly _tag = "LoginDenied"
  override readonly name = "LoginDenied"
  readonly server: string
  /** The server's own words, without control characters; empty if it sent none. */
  readonly description: string
  constructor({ server, description }: { server: string; description: string }) {
    super(`The log-in to ${server} was denied${description === "" ? "." : `: ${description}`}`)
    this.server = server
    this.description = description
  }
}

/** Nobody approved the code while it was valid. */
export class LoginExpired extends Error {
  readonly _tag = "LoginExpired"
  override readonly name = "LoginExpired"
  readonly server: string
  constructor({ server }: { server: string }) {
    super(`The code for ${server} has expired before somebody approved it. Log in again to get another one.`)
    this.server = server
  }
}
