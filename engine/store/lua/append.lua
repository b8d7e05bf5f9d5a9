-- Append entries to the log, each once.
--
-- KEYS  1 log, 2 door, 3 beginning of the names of the mark hashes, 4 waiting (all), 5 beginning of the names of
--       the hashes of waiting events, 6 … hashes that rows go into
-- ARGV  1 MessagePack: for each item [mark or "", digest, payload, recorded, flags, waits for or "", days_back or 0,
--         rows]; flags: 1 recorded was said by the caller, 2 opens history, 4 ends history, 8 lets in what waited,
--         16 the first row is the record of somebody new;
--         a row: [number of its key, field, value or false, true if it has to hold what follows, value or false]
--       2 payload of the entry that ends history
-- Returns for each item: status, position, recorded
--   1 accepted, 2 duplicate (first position), 3 conflict, 4 waiting, 5 full, 6 a row holds something else,
--   7 history is not open, 8 history can't be opened on a log that holds something, 9 there are as many members as
--   there may be
-- Answers DAMAGED and changes nothing where a key is of a wrong type or the log does not end where the door says.

local SLICE = 1000
local DAY_MS = 86400000

local wrong
local function expect(key, kind)
  local found = redis.call('TYPE', key).ok
  if found ~= 'none' and found ~= kind then
    wrong = wrong or ('DAMAGED ' .. key .. ' is a ' .. found .. ', expected a ' .. kind)
  end
end

local items = cmsgpack.unpack(ARGV[1])

-- guard: types
expect(KEYS[1], 'stream')
expect(KEYS[2], 'hash')
expect(KEYS[4], 'zset')
for i = 6, #KEYS do expect(KEYS[i], 'hash') end
if wrong then return redis.error_reply(wrong) end
-- end guard

local door = redis.call('HMGET', KEYS[2], 'position', 'recorded', 'history', 'log_limit', 'shelf', 'shelf_day', 'days_back',
  'members_limit')
local position, last = tonumber(door[1] or '0'), tonumber(door[2] or '0')
local history, limit = door[3] == '1', tonumber(door[4] or 'inf') or math.huge
local shelf, shelf_day, days_back = tonumber(door[5] or '0'), tonumber(door[6] or '-1'), tonumber(door[7] or '45')
local most_members, members = tonumber(door[8] or 'inf') or math.huge, nil

local top = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local ends = top[1] and tonumber(string.match(top[1][1], '^(%d+)-')) or 0
if ends ~= position then
  return redis.error_reply('DAMAGED the log ends at ' .. ends .. ', the door says ' .. tostring(door[1]))
end

-- guard: types
for number = shelf - 1, shelf + 1 do expect(KEYS[3] .. number, 'hash') end
for _, item in ipairs(items) do
  if item[6] ~= '' then expect(KEYS[5] .. item[6], 'hash') end
end
if wrong then return redis.error_reply(wrong) end
-- end guard

-- What is known of each mark, in both hashes.
local known = {}
-- guard: duplicates
local asked = {}
for _, item in ipairs(items) do
  if item[1] ~= '' then asked[#asked + 1] = item[1] end
end
for from = 1, #asked, SLICE do
  local to = math.min(from + SLICE - 1, #asked)
  for number = shelf - 1, shelf do
    local found = redis.call('HMGET', KEYS[3] .. number, unpack(asked, from, to))
    for i = from, to do known[asked[i]] = found[i - from + 1] or known[asked[i]] end
  end
end
-- end guard

local entries, marks, waiting, rows, gone = {}, {}, {}, {}, {}
local first_shelf = shelf

local function now(given)
  last = math.max(last, given)
  local day = math.floor(last / DAY_MS)
  if shelf_day < 0 then
    shelf_day = day
  elseif day - shelf_day >= days_back and shelf == first_shelf then
    shelf, shelf_day = shelf + 1, day
    gone[#gone + 1] = KEYS[3] .. (shelf - 2)
  end
end

local function enter(payload, given)
  now(given)
  position = position + 1
  entries[#entries + 1] = { string.format('%.0f-%.0f', position, last), payload }
end

local function remember(mark, at, digest)
  if mark == '' then return end
  local value = struct.pack('>I8', at) .. digest
  known[mark] = value
  marks[shelf] = marks[shelf] or {}
  local list = marks[shelf]
  list[#list + 1] = mark
  list[#list + 1] = value
end

local function holds(row)
  local key, field = KEYS[row[1]], row[2]
  local held = rows[key] and rows[key][field]
  if held == nil then held = redis.call('HGET', key, field) end
  return held == row[5]
end

local function judge(item)
  local mark, digest, payload, given, flags, waits = item[1], item[2], item[3], item[4], item[5], item[6]
  local said, opens, closes, lets_in = flags % 2 >= 1, flags % 4 >= 2, flags % 8 >= 4, flags % 16 >= 8
  local seen = known[mark]
  if seen then
    if string.sub(seen, 9) ~= digest then return 3, 0 end
    local at = struct.unpack('>I8', seen)
    if at > 0 then return 2, at end
    if not lets_in then return 4, 0 end
  end
  if (said or closes) and not history and not opens then return 7, 0 end
  if opens and position > 0 then return 8, 0 end
  if waits ~= '' then
    remember(mark, 0, digest)
    waiting[#waiting + 1] = { waits, mark, payload, math.max(last, given) }
    return 4, 0
  end
  for _, row in ipairs(item[8]) do
    if row[4] and not holds(row) then return 6, 0 end
  end
  local needed = (history and not said and not closes and not opens) and 2 or 1
  if position + needed > limit then return 5, 0 end
  if flags >= 16 and most_members < math.huge then
    members = members or redis.call('HLEN', KEYS[item[8][1][1]])
    if members >= most_members then return 9, 0 end
    members = members + 1
  end
  if needed == 2 then
    enter(ARGV[2], given)
    history = false
  end
  enter(payload, given)
  if opens then history = true end
  if closes then history = false end
  if item[7] > 0 then days_back = item[7] end
  remember(mark, position, digest)
  for _, row in ipairs(item[8]) do
    local key = KEYS[row[1]]
    rows[key] = rows[key] or {}
    rows[key][row[2]] = row[3]
  end
  return 1, position
end

local answers = {}
for _, item in ipairs(items) do
  local status, at = judge(item)
  answers[#answers + 1] = status
  answers[#answers + 1] = at
  answers[#answers + 1] = last
end

-- From here on nothing can fail.
for _, entry in ipairs(entries) do
  redis.call('XADD', KEYS[1], entry[1], 'e', entry[2])
end
for number, list in pairs(marks) do
  for from = 1, #list, SLICE do
    redis.call('HSET', KEYS[3] .. number, unpack(list, from, math.min(from + SLICE - 1, #list)))
  end
end
for _, wait in ipairs(waiting) do
  local name = string.gsub(wait[2], '.', function(c) return string.format('%02x', string.byte(c)) end)
  redis.call('HSET', KEYS[5] .. wait[1], name, wait[3])
  redis.call('ZADD', KEYS[4], wait[4], wait[1] .. ':' .. name)
end
for key, fields in pairs(rows) do
  local put, drop = {}, {}
  for field, value in pairs(fields) do
    if value then
      put[#put + 1] = field
      put[#put + 1] = value
    else
      drop[#drop + 1] = field
    end
  end
  for from = 1, #put, SLICE do
    redis.call('HSET', key, unpack(put, from, math.min(from + SLICE - 1, #put)))
  end
  for from = 1, #drop, SLICE do
    redis.call('HDEL', key, unpack(drop, from, math.min(from + SLICE - 1, #drop)))
  end
end
if #entries > 0 then
  redis.call('HSET', KEYS[2], 'position', position, 'recorded', last, 'history', history and '1' or '0',
    'shelf', shelf, 'shelf_day', shelf_day, 'days_back', days_back)
end
for _, key in ipairs(gone) do redis.call('UNLINK', key) end
return answers
