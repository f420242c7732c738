/** The first bytes of files that are no text, what they are, and the mend. */
const formats: ReadonlyArray<readonly [start: ReadonlyArray<number>, is: string, mend: string]> = [
  [[0x1f, 0x8b], "packed", "Unpack it with gunzip."],
  [[0x28, 0xb5, 0x2f, 0xfd], "packed", "Unpack it with unzstd."],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "packed", "Unpack it with unxz."],
  [[0x42, 0x5a, 0x68], "packed", "Unpack it with bunzip2."],
  [[0x50, 0x4b, 0x03, 0x04], "packed", "Unpack it with unzip."],
  [[0xff, 0xfe], "UTF-16", "Convert it with iconv -f UTF-16 -t UTF-8."],
  [[0xfe, 0xff], "UTF-16", "Convert it with iconv -f UTF-16 -t UTF-8."],
  [[...Buffer.from("SQLite format 3")], "a database of SQLite", "Export its users by SQL, as the guides show."],
  [[...Buffer.from("PGDMP")], "a dump of PostgreSQL", "Export the users by SQL, as the guides show."]
]

/** What a file is whose first bytes say that it has no lines of text, and the mend, as sentences; null if it may have some. */
export const otherFormat = (start: Uint8Array): string | null => {
  const [, is, mend] = formats.find(([bytes]) => bytes.every((byte, at) => start[at] === byte)) ?? []
  return is === undefined ? null : `The file is ${is}, and must be JSON lines in UTF-8. ${mend}`
}
