"""What an import did, row by row where it did not do as the row said."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

SHOWN_NOTES = 50


class Outcome(StrEnum):
    """What became of a row that is in the catalogue."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class ImportReport:
    """Counts of rows; `skipped` and `notes` are (row number, what to know)."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    put_on_sale: int = 0
    skipped: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    # (row, key) of every event that is in the catalogue now, in the file's order
    stored: list[tuple[int, str]] = field(default_factory=list)

    @property
    def imported(self) -> int:
        """How many rows are in the catalogue, newly or still."""
        return self.outcomes.total()

    def count(self, outcome: Outcome, row: int, key: str) -> None:
        """Note that this row's event is in the catalogue, and how it came there."""
        self.outcomes[outcome] += 1
        self.stored.append((row, key))

    def skip(self, row: int, reason: str) -> None:
        """Note that nothing of this row was kept."""
        self.skipped.append((row, reason))

    def note(self, row: int, notes: list[str]) -> None:
        """Note what was read with a grain of salt, each once."""
        self.notes += [(row, text) for text in dict.fromkeys(notes)]

    def lines(self, *, most_notes: int | None = SHOWN_NOTES) -> Iterator[str]:
        """The report for people; every skipped row, and so many notes (None: all)."""
        counts = [f"{self.outcomes[outcome]:,} {outcome}" for outcome in Outcome]
        counts += [f"{len(self.skipped):,} skipped", f"{self.put_on_sale:,} put on sale"]
        yield ", ".join(counts)
        if self.skipped:
            yield "Skipped:"
            yield from (f"  row {row}: {reason}" for row, reason in sorted(self.skipped))
        if self.notes:
            yield "Notes:"
            notes = sorted(self.notes)
            yield from (f"  row {row}: {text}" for row, text in notes[:most_notes])
            if most_notes is not None and len(notes) > most_notes:
                yield f"  and {len(notes) - most_notes:,} more; --verbosity 2 shows them all"
