-- How a visitor stands. ARGV: visitor, least time between polls in ms (0: any), burst of polls.
if not exists then return nobody('lost') end
if settings.off == 1 then return nobody('off') end
if ARGV[1] == '' then
    advance()
    return nobody('unknown')
end
local visitor = known_as(ARGV[1])
local between, burst = tonumber(ARGV[2]), tonumber(ARGV[3])
local pace = 0
if between > 0 then
    local seen = redis.call('HGET', SEEN, visitor)
    pace = math.max(now, seen and tonumber(string.match(seen, '%d+$')) or 0) + between
    if pace - now > between * burst then return nobody('fast') end
end
note_presence(visitor, pace)
advance()
return standing(visitor)
