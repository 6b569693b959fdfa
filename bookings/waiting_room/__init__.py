"""The waiting room: a line in front of an event's sale that nobody can bend.

`models` keeps what staff set and what must outlive Redis; `line` is the line itself, in Redis,
every step one Lua call; `draw` the order of those who came before the opening; `gate` the one
check in front of every hold; `keeper` what beat does every second.
"""
