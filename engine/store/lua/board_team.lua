-- The rows of one team's members on a members' board.
--
-- KEYS  1 engine, 2 final, 3 board, 4 board of the period before (until it has pages), 5 its ranks (from then on),
--       6 states, 7 directory, 8 team
-- ARGV  1 the board's field in final, 2 most members
-- Returns position, what final says or '', the state of the organization or '', how many have joined now (the state
--   `n`) or '', members of the team, [member, score or 0, rank before or 0, record or '', member …] (empty when the
--   team has more than the most)

local answer = { tonumber(redis.call('HGET', KEYS[1], 'position') or '0'), redis.call('HGET', KEYS[2], ARGV[1]) or '',
  redis.call('HGET', KEYS[6], 'o') or '', redis.call('HGET', KEYS[6], 'n') or '', redis.call('HLEN', KEYS[8]) }
local rows = {}
if answer[5] > 0 and answer[5] <= tonumber(ARGV[2]) then
  local members = redis.call('HKEYS', KEYS[8])
  local records = redis.call('HMGET', KEYS[7], unpack(members))
  local scores = redis.call('ZMSCORE', KEYS[3], unpack(members))
  local before = redis.call('HMGET', KEYS[5], unpack(members))
  local scores_before = redis.call('ZMSCORE', KEYS[4], unpack(members))
  for i, member in ipairs(members) do
    local score = scores_before[i]
    rows[4 * i - 3], rows[4 * i - 2] = member, scores[i] or 0
    rows[4 * i - 1] = score and redis.call('ZCOUNT', KEYS[4], '(' .. score, '+inf') + 1 or before[i] or 0
    rows[4 * i] = records[i] or ''
  end
end
answer[6] = rows
return answer
