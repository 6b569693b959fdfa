"""How long a chaos run is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """How much of everything."""

    rounds: int = 50
    bookings: int = 1000
    late_s: float = 600
    outage_s: float = 600
    restarts: int = 10
    late: int = 500
    rush_s: float = 60
    workers_s: float = 600

    def times(self, share: float) -> "Scale":
        """That share of it all."""
        return Scale(
            rounds=max(1, round(self.rounds * share)),
            bookings=max(10, round(self.bookings * share)),
            late_s=max(5, self.late_s * share),
            outage_s=max(10, self.outage_s * share),
            restarts=max(1, round(self.restarts * share)),
            late=max(5, round(self.late * share)),
            rush_s=max(12, self.rush_s * share),
            workers_s=max(20, self.workers_s * share),
        )


LONG, SHORT = Scale(), Scale(rounds=1, rush_s=12)
