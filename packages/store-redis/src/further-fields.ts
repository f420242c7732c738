/*
 * How the store's texts grow. A text begins with lines that every text of its kind has, each known by its place. Behind them
 * may stand further lines, each known by its name: the name, a space, and the value as JSON.
 *
 * So a field that may be absent costs nothing where it is, and no change of old data. A version that does not know a name
 * carries its line along unread, whatever it changes, and one that looks for a line in vain takes the field's default.
 */

/** The further lines for these fields, each behind its line break. Null is absent. */
export const furtherLines = (fields: Readonly<Record<string, unknown>>): string =>
  Object.entries(fields)
    .map(([name, value]) => (value === null ? "" : `\n${name} ${JSON.stringify(value)}`))
    .join("")

/** Fails for a text that lacks a line with a place, or has a further line that is no field. */
export const checkLines = (lines: ReadonlyArray<string>, places: number): void => {
  if (lines.length < places) throw new RangeError("lines are missing")
  for (let at = places; at < lines.length; at++) {
    if ((lines[at]?.indexOf(" ") ?? 0) < 1) throw new RangeError("not a field")
  }
}

/** The value of a further field, still as JSON; null when it is absent. */
export const furtherField = (lines: ReadonlyArray<string>, places: number, name: string): string | null => {
  for (let at = places; at < lines.length; at++) {
    const line = lines[at] ?? ""
    if (line.startsWith(name) && line[name.length] === " ") return line.slice(name.length + 1)
  }
  return null
}

/** The same for scripts: `further` is the lines, each behind its line break. They are never read but by a name. */
export const furtherFieldsLua = String.raw`
local function further_field(further, name)
  for known, value in string.gmatch(further, '\n(%S+) ([^\n]*)') do
    if known == name then return value end
  end
end

local function with_further_field(further, name, value)
  local lines = {}
  for line in string.gmatch(further, '\n([^\n]*)') do
    if string.match(line, '^%S*') ~= name then lines[#lines + 1] = '\n' .. line end
  end
  if value ~= 'null' then lines[#lines + 1] = '\n' .. name .. ' ' .. value end
  return table.concat(lines)
end
`
