-- What is needed to score the teams, departments or countries of a board, and the places they had before.
--
-- KEYS  1 engine, 2 final, 3 units, 4 their pages, 5 states
-- ARGV  1 the board's field in final
-- Returns position, what final says or '', the state of the organization or '', how many have joined now (the state
--   `n`) or '', [unit, sums, unit …], [number of a page, page, number …]

return { tonumber(redis.call('HGET', KEYS[1], 'position') or '0'), redis.call('HGET', KEYS[2], ARGV[1]) or '',
  redis.call('HGET', KEYS[5], 'o') or '', redis.call('HGET', KEYS[5], 'n') or '', redis.call('HGETALL', KEYS[3]),
  redis.call('HGETALL', KEYS[4]) }
