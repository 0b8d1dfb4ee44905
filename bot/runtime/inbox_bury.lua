-- Moves an entry that cannot be dealt with to the dead, where a person may look at it.
-- KEYS  {ws:ID}:inbox (stream), {ws:ID}:inbox:dead (stream)
-- ARGV  group, entry id, how many dead are kept
-- gives 1, or 0 when somebody else has dealt with it
local entry = redis.call("XRANGE", KEYS[1], ARGV[2], ARGV[2])[1]
redis.call("XACK", KEYS[1], ARGV[1], ARGV[2])
if not entry then return 0 end
redis.call("XADD", KEYS[2], "MAXLEN", "~", ARGV[3], "*", unpack(entry[2]))
return redis.call("XDEL", KEYS[1], ARGV[2])
