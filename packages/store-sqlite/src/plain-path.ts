/** A database that exists only as long as its connection. */
export const MEMORY = ":memory:"

/**
 * Throws for what is no plain path. SQLite takes anything for the name of a file: `sqlite://app.db`, cut after its scheme, names a
 * file in the root of the file system, and `~/app.db` one in a folder called `~`. A letter before a colon is a drive of Windows.
 */
export const checkPath = (target: string): void => {
  if (target === MEMORY) return
  if (!notPlain.some((form) => form.test(target))) return
  const scheme = secretScheme(target)
  const fix = specialForm(target) ?? rightForm(scheme === null ? target : "")
  const shown = scheme === null ? JSON.stringify(target) : `a url of ${scheme}`
  throw new Error(`sqliteStore takes the path of a file or "${MEMORY}", not ${shown}: ${fix}`)
}

const notPlain: ReadonlyArray<RegExp> = [
  /^$|^\s|\s$|\0/, // nothing, or what nobody sees
  /^(?:\/\/|\\\\)/, // what is left of a url, and a network share
  /^~[^/\\]*[/\\]|^~$/, // a home folder, which only a shell knows
  /^:|^[a-z][a-z0-9+.-]+:/i, // a scheme, or a word of SQLite's
  /[/\\]$|(?:^|[/\\])\.{1,2}$/, // a folder
  /\?\w+=[^/\\]*$/ // the parameters of a URI
]

/** The scheme of a url with a name or a password in it, which no message may repeat; else null. */
const secretScheme = (target: string): string | null => /^\s*([a-z][a-z0-9+.-]*):\/\/[^@]*@/i.exec(target)?.[1] ?? null

/** What to do about a form whose path cannot be guessed by taking something away; else null. */
const specialForm = (target: string): string | null => {
  if (target.trim().toLowerCase() === MEMORY) return `write "${MEMORY}" for a database that ends with the program`
  if (/^file:|\?\w+=[^/\\]*$/i.test(target)) return "to use a URI, open a handle yourself and pass that"
  if (target.startsWith("\\\\"))
    return "the store needs a file on this machine, because SQLite's write-ahead log does not work on a network share"
  if (/^(?!sqlite|:memory)[a-z][a-z0-9+.-]+:(?!\/\/)\S*$/i.test(target))
    return `write "./${target}" for a file of this name`
  return null
}

/** The path that was meant, from where the program starts and from the root: which of the two, nobody can tell from a url. */
const rightForm = (target: string): string => {
  const name = target.trim().replace(/^(?:[a-z][a-z0-9+.-]+:|[~.:/\\\0])+|[/\\\0].*\0.*$|[/\\]+$/gi, "") || "app.db"
  return `write "${name}" for a file below the folder in which the program starts, or "/${name}" for one from the root`
}
