"""Refund policies in the demo's houses' own words."""

WEEK = (
    "You can give tickets back until seven days before the evening and get everything back, fees "
    "included. After that we cannot take them, unless the event is moved or called off: then you "
    "get everything back without asking."
)
DAYS = (
    "Tickets can be given back until 48 hours before doors. We keep the fee and return the rest "
    "within five days. If the event does not happen, you get all of it."
)
NONE = (
    "These tickets are not refundable, because the room is small and the price is low. If we call "
    "the evening off or move it to another day, you get everything back."
)
FREE = "The tickets are free. If you cannot come, give yours back, so that somebody else can."
