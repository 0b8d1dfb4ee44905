-- Takes one call out of every bucket, or out of none (generic cell rate algorithm: a bucket is the time at which it
-- would be full again; ITU-T I.371).
-- KEYS  {ws:ID}:budget:<method>:, {ws:ID}:budget:<method>:<channel>...
-- ARGV  for each key: ms between calls, calls that may come at once
-- gives 0 when taken, else the ms to wait before asking again
local time = redis.call("TIME")
local now = time[1] * 1000 + time[2] / 1000
local wait, full = 0, {}
for i, key in ipairs(KEYS) do
  local between, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local at = math.max(tonumber(redis.call("GET", key) or 0), now)
  wait = math.max(wait, at - (burst - 1) * between - now)
  full[i] = at + between
end
if wait > 0 then return math.ceil(wait) end
for i, key in ipairs(KEYS) do
  redis.call("SET", key, string.format("%.3f", full[i]), "PX", math.ceil(full[i] - now))
end
return 0
