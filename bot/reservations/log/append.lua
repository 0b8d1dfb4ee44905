-- Appends events in one order for all replicas, each request once.
-- KEYS  head (hash: epoch, seq, mark), events (stream, ids <epoch>-<seq>), then one per request
-- ARGV  epoch, seq and mark of the last event the caller has folded; this append's mark; lifetime of request ids in ms;
--       most entries to answer; for each request what to remember of it, or ""; then the events
-- gives {word, now in ms, head's epoch, what is remembered per request or false, entries from the caller's seq on}
--       OK appended; DONE some requests were carried out before; BEHIND others were faster; both append nothing
--       ABSENT, EPOCH (another one), LOST (this is not the log the caller knows: rolled back, or another branch)
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local head = redis.call("HMGET", KEYS[1], "epoch", "seq", "mark")
local epoch, seq, folded = tonumber(head[1]), tonumber(head[2]), tonumber(ARGV[2])
if not epoch then return { "ABSENT", now, 0, {}, {} } end
if epoch ~= tonumber(ARGV[1]) then return { "EPOCH", now, epoch, {}, {} } end
if seq < folded or (seq == folded and head[3] ~= ARGV[3]) then return { "LOST", now, epoch, {}, {} } end

local known, word = {}, "OK"
for i = 3, #KEYS do
  known[i - 2] = redis.call("GET", KEYS[i])
  if known[i - 2] then word = "DONE" end
end
local entries = {}
if seq > folded then
  word = word == "DONE" and word or "BEHIND"
  entries = redis.call("XRANGE", KEYS[2], epoch .. "-" .. ARGV[2], "+", "COUNT", ARGV[6])
end
if word ~= "OK" then return { word, now, epoch, known, entries } end

local first_event = 7 + #KEYS - 2
for i = first_event, #ARGV do
  seq = seq + 1
  redis.call("XADD", KEYS[2], epoch .. "-" .. seq, "event", ARGV[i])
end
if #ARGV >= first_event then redis.call("HSET", KEYS[1], "seq", seq, "mark", ARGV[4]) end
for i = 3, #KEYS do
  if ARGV[i + 4] ~= "" then redis.call("SET", KEYS[i], ARGV[i + 4], "PX", ARGV[5]) end
end
return { word, now, epoch, known, entries }
