-- Writes one payload down, once.
-- KEYS  {ws:ID}:arrival:<id>, {ws:ID}:inbox (stream)
-- ARGV  how long the id is remembered in ms, field, value...
-- gives 1 when written, 0 when it was there already
if not redis.call("SET", KEYS[1], 1, "NX", "PX", ARGV[1]) then return 0 end
redis.call("XADD", KEYS[2], "*", unpack(ARGV, 2))
return 1
