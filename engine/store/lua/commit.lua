-- Commit a batch: all of it or nothing.
--
-- KEYS  1 engine, 2 states, 3 final, 4 flagged, 5 … the keys of the rows, then those to be unlinked
-- ARGV  1 epoch of the engine, 2 position that the batch began at, 3 position after it, 4 tail after it
--       5 MessagePack: for each key of rows ["hash" or "zset", what to set, what to take away]; of a hash: field,
--         value, …; of a sorted set: score, member, …
--       6 MessagePack: for each board that closes [its field, number of its key]
-- Returns 'done' with the microseconds that it took, or 'stale-epoch' or 'stale-position' with what holds now
--         (nothing was changed)
-- Answers DAMAGED and changes nothing where a key is of a wrong type.

local SLICE = 1000

-- Microseconds. Older servers give scripts no clock of the processor, newer ones stop TIME while a script runs.
local processor = rawget(_G, 'os')
local function microseconds()
  if processor then return processor.clock() * 1000000 end
  local now = redis.call('TIME')
  return now[1] * 1000000 + now[2]
end
local began = microseconds()

local wrong
local function expect(key, kind)
  local found = redis.call('TYPE', key).ok
  if found ~= 'none' and found ~= kind then
    wrong = wrong or ('DAMAGED ' .. key .. ' is a ' .. found .. ', expected a ' .. kind)
  end
end

local rows = cmsgpack.unpack(ARGV[5])
local closing = cmsgpack.unpack(ARGV[6])

-- guard: types
for i = 1, 4 do expect(KEYS[i], 'hash') end
for i, row in ipairs(rows) do
  expect(KEYS[i + 4], row[1])
  if #row[2] % 2 ~= 0 then wrong = wrong or ('DAMAGED odd rows for ' .. KEYS[i + 4]) end
end
for _, board in ipairs(closing) do expect(KEYS[board[2]], 'zset') end
if wrong then return redis.error_reply(wrong) end
-- end guard

local held = redis.call('HMGET', KEYS[1], 'epoch', 'position')
-- guard: epoch
if held[1] ~= ARGV[1] then return { 'stale-epoch', held[1] or '0' } end
-- end guard
-- guard: position
if held[2] ~= ARGV[2] then return { 'stale-position', held[2] or '0' } end
-- end guard

-- Who has joined when a board closes: as it was before this batch, which begins with the entry that closes.
local joined = closing[1] and redis.call('HGET', KEYS[2], 'n') or '\144'

-- From here on nothing can fail.
for i, row in ipairs(rows) do
  local key, put, drop = KEYS[i + 4], row[2], row[3]
  local set, take = 'HSET', 'HDEL'
  if row[1] == 'zset' then set, take = 'ZADD', 'ZREM' end
  for from = 1, #put, SLICE do
    redis.call(set, key, unpack(put, from, math.min(from + SLICE - 1, #put)))
  end
  for from = 1, #drop, SLICE do
    redis.call(take, key, unpack(drop, from, math.min(from + SLICE - 1, #drop)))
  end
end
for _, board in ipairs(closing) do
  local count = redis.call('ZCARD', KEYS[board[2]])
  redis.call('HSET', KEYS[3], board[1], '\147' .. cmsgpack.pack('flagged') .. cmsgpack.pack(count) .. (joined or '\144'))
  redis.call('HSET', KEYS[4], board[1], '1')
end
redis.call('HSET', KEYS[1], 'position', ARGV[3], 'tail', ARGV[4])
for i = #rows + 5, #KEYS - #closing do redis.call('UNLINK', KEYS[i]) end
return { 'done', math.floor(microseconds() - began) }
