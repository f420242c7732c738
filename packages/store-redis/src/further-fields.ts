/*
 * How the store's texts grow. A text begins with lines that every text of its kind has, each known by its place. Behind them
 * may stand further lines, each known by its name: the name, a space, and the value as JSON.
 *
 * So a field that may be absent costs nothing where it is, and no change of old data. A version that does not know a name
 * carries its line along unread, whatever it changes, and one that looks for a line in vain takes the field's default.
 */

/** Further fields by name, each value still as JSON. */
export type FurtherFields = ReadonlyMap<string, string>

/** The further lines for these fields, each behind its line break. Null is absent. */
export const furtherLines = (fields: Readonly<Record<string, unknown>>): string =>
  Object.entries(fields)
    .map(([name, value]) => (value === null ? "" : `\n${name} ${JSON.stringify(value)}`))
    .join("")

/** The further fields of a text whose first lines are known by their place. */
export const readFurther = (lines: ReadonlyArray<string>, places: number): FurtherFields => {
  if (lines.length === places) return none
  if (lines.length < places) throw new RangeError("lines are missing")
  const fields = new Map<string, string>()
  for (const line of lines.slice(places)) {
    const space = line.indexOf(" ")
    if (space < 1) throw new RangeError("not a field")
    fields.set(line.slice(0, space), line.slice(space + 1))
  }
  return fields
}

const none: FurtherFields = new Map()

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
