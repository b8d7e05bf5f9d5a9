-- Whose the names of a request are and what those members chose, all of one moment.
--
-- KEYS  1 versions, 2 aliases, 3 directory, 4 membership
-- ARGV  1 how many aliases follow, then the aliases, then ids
-- Returns how many rulebooks were published, then for each name: the member's id or false, their membership or false

local SLICE = 1000

local function values(key, fields)
  local found = {}
  for from = 1, #fields, SLICE do
    local to = math.min(from + SLICE - 1, #fields)
    local part = redis.call('HMGET', key, unpack(fields, from, to))
    for i = 1, #part do found[from + i - 1] = part[i] end
  end
  return found
end

local aliases, ids = {}, {}
for i = 2, #ARGV do
  local list = i - 1 <= tonumber(ARGV[1]) and aliases or ids
  list[#list + 1] = ARGV[i]
end
local members = values(KEYS[2], aliases)
local records = values(KEYS[3], ids)
for i, id in ipairs(ids) do members[#aliases + i] = records[i] and id end
local answer, asked = { redis.call('HLEN', KEYS[1]) }, {}
for i, member in ipairs(members) do asked[i] = member or '' end
for i, membership in ipairs(values(KEYS[4], asked)) do
  answer[#answer + 1] = members[i]
  answer[#answer + 1] = membership
end
return answer
