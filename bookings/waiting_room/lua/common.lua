-- What every step of the line shares. One event's keys, in this order everywhere:
local ROOM, POOL, NONCES, WAITING, AWAY, BACK, INSIDE, STAYS, SEEN, OWNERS, PLACES, ALIASES, GONE, JOURNAL =
    KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10],
    KEYS[11], KEYS[12], KEYS[13], KEYS[14]
-- ROOM     what staff set and what is counted
-- POOL     who joined before the opening, by number; NONCES theirs
-- WAITING  who stands in line, by place in the draw, behind them by LATE + number
-- AWAY     whose turn came while nobody was there, place kept; BACK who of them came back, in the
--          order of coming back, so that nobody's rank there grows
-- INSIDE   who is let in, by the moment at which the place is given back
-- STAYS    of those: "place admitted claimed"; of who is BACK the place, the rest 0
-- SEEN     "last poll, pace" of everybody
-- OWNERS   visitor to account, PLACES account to visitor, ALIASES a given-up visitor to the better
-- GONE     who is through, and why; JOURNAL what the checkpoint has not written down yet
local LATE = 1000000000000
local MOST_STEPS = 200  -- of one call, so that no call blocks Redis for long
local TIME_TO_SHOW_UP = 10000  -- once the line answers again after nobody could ask for a while
local FIRST_STAY = 240000  -- how long people stay inside, until some have been seen to go
local STAYS_MEANT = 20  -- so many of those who went make the mean

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local settings = {}
local names = {'opens', 'joins_from', 'rate', 'most', 'paused', 'closed', 'sealed', 'drawn',
    'credit', 'last', 'claim', 'idle', 'away', 'stay', 'restored', 'held_back', 'off',
    'heard', 'mean_stay', 'mean_age', 'left', 'held'}
local unknown = {left = -1, held = -1, mean_stay = FIRST_STAY}
local values = redis.call('HMGET', ROOM, 'message', unpack(names))
local message = values[1] or ''
for index, name in ipairs(names) do
    settings[name] = tonumber(values[index + 1] or unknown[name] or 0)
end
local exists = settings.restored > 0

local function write_down(...)
    redis.call('RPUSH', JOURNAL, table.concat({...}, ' '))
end

local function known_as(visitor)
    return redis.call('HGET', ALIASES, visitor) or visitor
end

local function last_seen(visitor)
    local seen = redis.call('HGET', SEEN, visitor)
    return seen and tonumber(string.match(seen, '^%d+')) or 0
end

local function stay_of(visitor)
    local place, admitted, claimed = string.match(
        redis.call('HGET', STAYS, visitor) or '0 0 0', '^(%S+) (%S+) (%S+)$')
    return tonumber(place), tonumber(admitted), claimed == '1'
end

local function is_open()
    return settings.drawn == 1 and settings.opens <= now and settings.paused == 0
        and settings.closed == 0 and settings.held_back <= now
end

local function note_stay(visitor)
    local _, admitted = stay_of(visitor)
    if admitted == 0 then return end
    settings.mean_stay = settings.mean_stay + (now - admitted - settings.mean_stay) / STAYS_MEANT
    redis.call('HSET', ROOM, 'mean_stay', string.format('%.0f', settings.mean_stay))
end

local function put_out(visitor, why)
    note_stay(visitor)
    redis.call('ZREM', INSIDE, visitor)
    redis.call('HDEL', STAYS, visitor)
    redis.call('HSET', GONE, visitor, why)
    write_down('left', visitor, now, why)
end

-- Who was let in and did not come keeps the place in line; who came and fell silent gave it up.
local function give_back_idle_places()
    local due = redis.call('ZRANGEBYSCORE', INSIDE, '-inf', now, 'LIMIT', 0, MOST_STEPS)
    for _, visitor in ipairs(due) do
        local place, _, claimed = stay_of(visitor)
        if claimed then
            put_out(visitor, 'idle')
        else
            note_stay(visitor)
            redis.call('ZREM', INSIDE, visitor)
            redis.call('HDEL', STAYS, visitor)
            redis.call('ZADD', AWAY, place, visitor)
            write_down('away', visitor, now)
        end
    end
end

local function let_in(visitor, place)
    redis.call('ZADD', INSIDE, now + settings.claim, visitor)
    redis.call('HSET', STAYS, visitor, string.format('%.0f %.0f 0', place, now))
    redis.call('HINCRBY', ROOM, 'admitted', 1)
    write_down('in', visitor, now)
end

local function next_in_line()
    for _, line in ipairs({BACK, WAITING}) do
        local first = redis.call('ZRANGE', line, 0, 0, 'WITHSCORES')
        if first[1] and line == BACK then return line, first[1], (stay_of(first[1])) end
        if first[1] then return line, first[1], tonumber(first[2]) end
    end
end

-- Lets in whom rate and cap allow. Whose turn it is and who is not there is passed over.
local function advance()
    give_back_idle_places()
    local burst = math.max(1, settings.rate)
    local credit = settings.credit
    if is_open() then
        credit = math.min(burst, credit + settings.rate * math.max(0, now - settings.last) / 1000)
    end
    local free = settings.most - redis.call('ZCARD', INSIDE)
    -- Beat's own looks are no sign that visitors can reach us: `heard` is when one of them last did.
    local nobody_could_ask = now - settings.heard > settings.away / 3
    local steps = 0
    while is_open() and credit >= 1 and free > 0 and steps < MOST_STEPS do
        local line, visitor, place = next_in_line()
        if not line then break end
        local is_away = line == WAITING and now - last_seen(visitor) > settings.away
        if is_away and nobody_could_ask then
            redis.call('HSET', ROOM, 'held_back', string.format('%.0f', now + TIME_TO_SHOW_UP))
            break
        end
        redis.call('ZREM', line, visitor)
        if is_away then
            redis.call('ZADD', AWAY, place, visitor)
        else
            let_in(visitor, place)
            credit, free = credit - 1, free - 1
        end
        steps = steps + 1
    end
    redis.call('HSET', ROOM, 'credit', string.format('%.4f', credit), 'last', now)
end

-- Present: the place given up while away is taken again, in front of the line.
local function note_presence(visitor, pace)
    redis.call('HSET', SEEN, visitor, string.format('%.0f %.0f', now, pace or 0))
    redis.call('HSET', ROOM, 'heard', now)
    local place = redis.call('ZSCORE', AWAY, visitor)
    if place then
        redis.call('ZREM', AWAY, visitor)
        redis.call('ZADD', BACK, redis.call('HINCRBY', ROOM, 'came_back', 1), visitor)
        redis.call('HSET', STAYS, visitor, string.format('%.0f 0 0', place))
    end
end

local function stay_longer(visitor, milliseconds)
    local place, admitted = stay_of(visitor)
    local until_ = math.min(now + milliseconds, admitted + settings.stay)
    redis.call('ZADD', INSIDE, 'GT', until_, visitor)
    redis.call('HSET', STAYS, visitor, string.format('%.0f %.0f 1', place, admitted))
    return admitted
end

-- {state, visitor, ahead, place in the books, admitted, inside until, opens, rate, sealed, drawn,
--  paused, closed, joins from, restored, now, what staff tell everybody, most inside, inside, how
--  long people stay, tickets left, tickets held; -1: not known}
local function told(state, visitor, ahead, place, admitted, until_)
    return {state, visitor, ahead, tostring(place), tostring(admitted), tostring(until_),
        settings.opens, tostring(settings.rate), settings.sealed, settings.drawn,
        settings.paused, settings.closed, settings.joins_from, settings.restored, now, message,
        settings.most, redis.call('ZCARD', INSIDE),
        math.floor(math.max(settings.mean_stay, settings.mean_age)), settings.left, settings.held}
end

local function standing(visitor)
    local state, ahead, place, admitted, until_ = 'unknown', -1, 0, 0, 0
    local deadline = redis.call('ZSCORE', INSIDE, visitor)
    if deadline and tonumber(deadline) > now then
        admitted = stay_longer(visitor, settings.idle)
        state, until_ = 'admitted', redis.call('ZSCORE', INSIDE, visitor)
    elseif redis.call('ZSCORE', POOL, visitor) then
        state, ahead = 'pool', redis.call('ZCARD', POOL) - 1  -- how many others are in the draw
    else
        for _, line in ipairs({BACK, WAITING}) do
            local rank = redis.call('ZRANK', line, visitor)
            if rank then
                state, ahead = 'waiting', rank
                place = line == BACK and stay_of(visitor) or redis.call('ZSCORE', line, visitor)
                if line == WAITING and settings.drawn == 0 then
                    ahead = ahead + redis.call('ZCARD', POOL)
                end
                break
            end
        end
    end
    if state == 'unknown' and redis.call('HEXISTS', GONE, visitor) == 1 then state = 'gone' end
    return told(state, visitor, ahead, place, admitted, until_)
end

local function nobody(state)
    return told(state, '', -1, 0, 0, 0)
end
