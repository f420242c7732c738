/** A token of one server, as it is kept. */
export interface SavedToken {
  readonly server: string
  readonly token: string
  /** Null for a token that does not end by itself. */
  readonly expiresAt: Date | null
  readonly scopes: ReadonlyArray<string>
  readonly savedAt: Date
}

/** What the file says. Pure, so that reading and writing files is apart from what stands in them. */
export interface TokenList {
  readonly tokens: ReadonlyMap<string, SavedToken>
  /** The server that was logged in to last; null if its token is gone. */
  readonly current: string | null
}

export const emptyList: TokenList = { tokens: new Map(), current: null }

export const withToken = ({ tokens }: TokenList, saved: SavedToken): TokenList => ({
  tokens: new Map(tokens).set(saved.server, saved),
  current: saved.server
})

export const withoutToken = ({ tokens, current }: TokenList, server: string): TokenList => ({
  tokens: new Map([...tokens].filter(([other]) => other !== server)),
  current: current === server ? null : current
})

const VERSION = 1

export const printList = ({ tokens, current }: TokenList): string => {
  const servers = Object.fromEntries(
    [...tokens.values()].map(({ server, token, expiresAt, scopes, savedAt }) => [
      server,
      { token, expires_at: expiresAt?.toISOString() ?? null, scopes, saved_at: savedAt.toISOString() }
    ])
  )
  return `${JSON.stringify({ version: VERSION, current, servers }, null, 2)}\n`
}

/** The list, or a sentence that says why the text is none. The sentence quotes nothing of it. */
export const readList = (text: string): TokenList | string => {
  const file = parse(text)
  if (!isObject(file)) return "it is not JSON."
  if (file.version !== VERSION)
    return typeof file.version === "number"
      ? `a newer version (${file.version}) wrote it.`
      : "it is not a list of tokens."
  if (!isObject(file.servers)) return "it is not a list of tokens."
  const tokens = new Map<string, SavedToken>()
  for (const [server, entry] of Object.entries(file.servers)) {
    const saved = readToken(server, entry)
    if (saved === null) return "one of its tokens is incomplete."
    tokens.set(server, saved)
  }
  const current = typeof file.current === "string" && tokens.has(file.current) ? file.current : null
  return { tokens, current }
}

const readToken = (server: string, entry: unknown): SavedToken | null => {
  if (!isObject(entry)) return null
  const { token, scopes } = entry
  const expiresAt = entry.expires_at === null ? null : readDate(entry.expires_at)
  const savedAt = readDate(entry.saved_at)
  if (typeof token !== "string" || token === "" || expiresAt === undefined || savedAt === undefined) return null
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === "string")) return null
  return { server, token, expiresAt, scopes, savedAt }
}

const readDate = (value: unknown): Date | undefined => {
  const date = new Date(typeof value === "string" ? value : Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
