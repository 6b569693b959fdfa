"""The borders of the payment's phases, at which tests stop, fail or kill a process.

A stores the attempt, B asks Stripe, C stores the answer, D sells, E takes the money, F stores
that. `before_X` is reached with nothing of X done, `after_X` with X committed or answered.
"""

PHASES = ("A", "B", "C", "D", "E", "F")
PHASE_BORDERS = tuple(f"{side}_{phase}" for phase in PHASES for side in ("before", "after"))
REFUND_BORDERS = ("refund_planned", "refund_answered")
