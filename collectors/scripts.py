"""What Redis computes by itself, in one step: who may write, and many commands said at once."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from collectors.write import Command

TAKE_OR_KEEP = """
local epoch = redis.call('GET', KEYS[2])
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local new = string.format('%.0f', math.max(now, (epoch or 0) + 1))
  redis.call('SET', KEYS[2], new)
  return tonumber(new)
end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if not epoch then
  redis.call('DEL', KEYS[1])
  return 0
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return tonumber(epoch)
"""

# Each command names its key by its place among KEYS.
SAY_ALL = """
for _, command in ipairs(cjson.decode(ARGV[1])) do
  command[2] = KEYS[command[2]]
  redis.call(unpack(command))
end
"""

GIVE_BACK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


def script(several: Sequence[Command]) -> tuple[list[str], bytes]:
    """Commands as SAY_ALL takes them: the keys, and JSON in which each command has its key's place among these.

    The client takes long to pack a word and to read an answer; so it is given one text, and gets one answer.
    """
    places: dict[str, int] = {}
    said = [(name, places.setdefault(key, len(places) + 1), *words) for name, key, *words in several]
    return list(places), orjson.dumps(said, default=bytes.decode)
