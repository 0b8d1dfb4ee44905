-- Begins an epoch: the log goes on from what SQL has. Whoever comes second, or late, changes nothing.
-- KEYS  head, events
-- ARGV  epoch, seq and mark of the last committed event
local epoch = tonumber(redis.call("HGET", KEYS[1], "epoch") or 0)
if epoch >= tonumber(ARGV[1]) then return 0 end
redis.call("DEL", KEYS[1], KEYS[2])
redis.call("HSET", KEYS[1], "epoch", ARGV[1], "seq", ARGV[2], "mark", ARGV[3])
redis.call("XADD", KEYS[2], ARGV[1] .. "-" .. ARGV[2], "begins", ARGV[3])
return 1
