-- Nobody calls for a while: the chat said so.
-- KEYS  {ws:ID}:budget:<method>:
-- ARGV  ms to pause, ms between calls, calls that may come at once
local time = redis.call("TIME")
local now = time[1] * 1000 + time[2] / 1000
local full = now + ARGV[1] + (ARGV[3] - 1) * ARGV[2]
if full > tonumber(redis.call("GET", KEYS[1]) or 0) then
  redis.call("SET", KEYS[1], string.format("%.3f", full), "PX", math.ceil(full - now))
end
return 0
