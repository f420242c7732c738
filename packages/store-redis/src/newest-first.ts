import type { ListPage } from "@latchkey/core/store"
import { count, instant } from "./values.ts"

/** Arguments for `page_of`. */
export const pageArgs = ({ after, limit }: ListPage): ReadonlyArray<string | number> => [
  count(limit),
  ...(after === null ? [] : [instant(after.createdAt), after.id])
]

/** For scripts that order sessions or tokens: each has `created`, a number, and `id`. A copy of core's newestFirst and pageOf. */
export const newestFirstLua = `
-- Lua's own comparison depends on the server's language.
local function is_smaller(a, b)
  for at = 1, math.min(#a, #b) do
    local left, right = string.byte(a, at), string.byte(b, at)
    if left ~= right then return left < right end
  end
  return #a < #b
end

local function newest_first(a, b)
  if a.created ~= b.created then return a.created > b.created end
  return is_smaller(b.id, a.id)
end

local function page_of(entries, limit, created, id)
  local after = created and { created = tonumber(created), id = id }
  table.sort(entries, newest_first)
  local page = {}
  for _, entry in ipairs(entries) do
    if #page == tonumber(limit) then break end
    if not after or newest_first(after, entry) then page[#page + 1] = entry.text end
  end
  return page
end
`
