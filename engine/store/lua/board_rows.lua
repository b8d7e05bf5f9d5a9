-- Rows of a members' board that follow each other, with their places in the period before, and one member's own place.
--
-- KEYS  1 engine, 2 final, 3 board, 4 board of the period before (until it has pages), 5 its ranks (from then on),
--       6 states, 7 directory, 8 tokens
-- ARGV  1 the board's field in final, 2 'offset', 'after' or 'around' the own place
--       3 how many rows lie before | score of the last row seen | most rows before the own place
--       4 '' | member of the last row seen | '', 5 most rows
--       6 the member whose own place is asked for or '', 7 their score if the board does not show them or '' (not
--         known), 8 the same for the period before, 9 the digest of the token by which it is asked or ''
-- Returns position, what final says or '', the state of the organization or '', all rows, rows before, rows above the
--   first one's score, rows with its score, rows with the last one's score,
--   [] or [score or '', 1 if shown else 0, rows above the score, rows with it, the next higher score or '', rank before
--     or '', the member's state if their score is needed and not known, else ''],
--   '' or as MessagePack [[member, score, member …], [rank before or 0, …], [record or nil, …]],
--   the token's record or ''

local board, board_before, ranks_before = KEYS[3], KEYS[4], KEYS[5]
local position = tonumber(redis.call('HGET', KEYS[1], 'position') or '0')
local answer = { position, redis.call('HGET', KEYS[2], ARGV[1]) or '', redis.call('HGET', KEYS[6], 'o') or '',
  redis.call('ZCARD', board) }

-- Rows of one score are counted once, however often they are asked for.
local above, tied = {}, {}
local function rows_above(score)
  if not above[score] then above[score] = redis.call('ZCOUNT', board, '(' .. score, '+inf') end
  return above[score]
end
local function rows_with(score)
  if not tied[score] then tied[score] = redis.call('ZCOUNT', board, score, score) end
  return tied[score]
end

local is_before_open = redis.call('EXISTS', board_before) == 1
local above_before = {}
local function rank_by_score_before(score)
  if not above_before[score] then above_before[score] = redis.call('ZCOUNT', board_before, '(' .. score, '+inf') end
  return above_before[score] + 1
end

-- By bytes, as sorted sets are ordered: `<` in Lua follows the language of the machine.
local function is_not_after(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x > y end
  end
  return #a >= #b
end

-- How many rows come up to (score, member) and with it, whether or not this row is still there.
local function rows_up_to(score, member)
  if redis.call('ZSCORE', board, member) == score then return redis.call('ZREVRANK', board, member) + 1 end
  local low = rows_above(score)
  local high = low + rows_with(score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if is_not_after(redis.call('ZREVRANGE', board, middle, middle)[1], member) then low = middle + 1
    else high = middle end
  end
  return low
end

local own, start = {}, 0
if ARGV[6] ~= '' then
  local shown = redis.call('ZSCORE', board, ARGV[6])
  local score = shown or ARGV[7]
  if score == '' then
    own = { '', 0, 0, 0, '', '', redis.call('HGET', KEYS[6], 'm:' .. ARGV[6]) or '' }
  else
    local higher = redis.call('ZRANGEBYSCORE', board, '(' .. score, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    local before
    if is_before_open then
      local score_before = redis.call('ZSCORE', board_before, ARGV[6]) or ARGV[8]
      if score_before ~= '' and score_before ~= '0' then before = rank_by_score_before(score_before) end
    else
      before = redis.call('HGET', ranks_before, ARGV[6])
    end
    own = { score, shown and 1 or 0, rows_above(score), rows_with(score), higher[2] or '', before or '', '' }
    if ARGV[2] == 'around' then
      local at = shown and redis.call('ZREVRANK', board, ARGV[6]) or rows_above(score)
      start = math.max(0, at - tonumber(ARGV[3]))
    end
  end
end
if ARGV[2] == 'offset' then start = tonumber(ARGV[3]) end
if ARGV[2] == 'after' then start = rows_up_to(ARGV[3], ARGV[4]) end

local most = tonumber(ARGV[5])
local flat = {}
if most > 0 and own[1] ~= '' then flat = redis.call('ZREVRANGE', board, start, start + most - 1, 'WITHSCORES') end
local first, last = flat[2], flat[#flat]
answer[5] = start
answer[6] = first and rows_above(first) or 0
answer[7] = first and rows_with(first) or 0
answer[8] = last and rows_with(last) or 0
answer[9] = own

-- One text in place of two hundred answers. Records are MessagePack already and stay as they are.
local function packed(members)
  local before, records = {}, redis.call('HMGET', KEYS[7], unpack(members))
  if is_before_open then
    for i, member in ipairs(members) do
      local score = redis.call('ZSCORE', board_before, member)
      before[i] = score and rank_by_score_before(score) or 0
    end
  else
    before = redis.call('HMGET', ranks_before, unpack(members))
    for i = 1, #members do before[i] = before[i] or 0 end
  end
  for i = 1, #members do records[i] = records[i] or '\192' end
  return '\147' .. cmsgpack.pack(flat) .. cmsgpack.pack(before) .. '\220\0' .. string.char(#members) .. table.concat(records)
end

local members = {}
for i = 1, #flat, 2 do members[#members + 1] = flat[i] end
answer[10] = #members > 0 and packed(members) or ''
answer[11] = ARGV[9] ~= '' and redis.call('HGET', KEYS[8], ARGV[9]) or ''
return answer
