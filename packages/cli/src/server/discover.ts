import { notAway } from "./answered.ts"
import { exchange, type JsonAnswer, type Link, type OtherAnswer } from "./exchange.ts"
import { type Metadata, readMetadata } from "./metadata.ts"
import { NotAnAuthorizationServer, ServerUnreachable } from "./server-errors.ts"

/**
 * Asks a server for its metadata (RFC 8414 §3). A server below a path has them at the root of its host; behind a proxy
 * that passes on nothing but the path, it has them below the path, as OpenID Connect does, so that is asked next.
 * Fails with `NotAnAuthorizationServer`, `ServerUnreachable` or `Aborted`.
 */
export const discover = async (link: Link, issuer: string): Promise<Metadata> => {
  const answers: Array<JsonAnswer | OtherAnswer> = []
  const unfit: string[] = []
  for (const url of metadataAddresses(issuer)) {
    const answer = await exchange(link, url)
    if (answer.kind === "failed") throw new ServerUnreachable({ server: issuer, reason: answer.reason })
    answers.push(answer)
    if (answer.kind !== "json" || answer.status !== 200) continue
    const metadata = readMetadata(answer.body, issuer)
    if (typeof metadata !== "string") return metadata
    unfit.push(metadata)
  }
  for (const answer of unfit.length > 0 ? [] : answers) notAway(answer, issuer)
  throw new NotAnAuthorizationServer({ server: issuer, reason: unfit[0] ?? answers.map(absence)[0] ?? "" })
}

/** Both forms of the address; they are one for a server without a path. */
export const metadataAddresses = (issuer: string): ReadonlyArray<string> => {
  const { origin, pathname } = new URL(issuer)
  const path = pathname === "/" ? "" : pathname
  return [...new Set([`${origin}${WELL_KNOWN}${path}`, `${issuer}${WELL_KNOWN}`])]
}

const WELL_KNOWN = "/.well-known/oauth-authorization-server"

const absence = (answer: JsonAnswer | OtherAnswer): string =>
  answer.kind === "other" && answer.status < 400
    ? `${answer.reason}.`
    : `its metadata are not there (http ${answer.status}).`
