/*
 * How the store's texts grow. A text begins with lines that every text of its kind has, identified by their place. Further
 * lines can follow, identified by name: the name, a space, and the value as JSON.
 *
 * So an absent field costs nothing, and a new optional field needs no change of old data. A version that does not know a name
 * keeps its line unread through all changes. If a line is missing, the field has its default.
 */

/** The further lines for these fields, each after a line break. Null means absent. */
export const furtherLines = (fields: Readonly<Record<string, unknown>>): string =>
  Object.entries(fields)
    .map(([name, value]) => (value === null ? "" : `\n${name} ${JSON.stringify(value)}`))
    .join("")

/** Fails if the text lacks a line with a fixed place, or has a further line that is not a field. */
export const checkLines = (lines: ReadonlyArray<string>, places: number): void => {
  if (lines.length < places) throw new RangeError("lines are missing")
  for (let at = places; at < lines.length; at++) {
    if ((lines[at]?.indexOf(" ") ?? 0) < 1) throw new RangeError("not a field")
  }
}

/** The value of a further field, still as JSON; null if it is absent. */
export const furtherField = (lines: ReadonlyArray<string>, places: number, name: string): string | null => {
  for (let at = places; at < lines.length; at++) {
    const line = lines[at] ?? ""
    if (line.startsWith(name) && line[name.length] === " ") return line.slice(name.length + 1)
  }
  return null
}

/** The same for scripts: `further` is the lines, each after a line break. They are read only by name. */
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
