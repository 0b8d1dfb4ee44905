-- Takes entries that were dealt with out of the stream.
-- KEYS  {ws:ID}:inbox (stream)
-- ARGV  group, entry id...
redis.call("XACK", KEYS[1], ARGV[1], unpack(ARGV, 2))
return redis.call("XDEL", KEYS[1], unpack(ARGV, 2))
