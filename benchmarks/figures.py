"""A measured figure, its target, and whether it was met."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a figure is. Absolute ones say as much of the machine as of the site."""

    ABSOLUTE = "absolute"
    RATIO = "ratio"
    COUNT = "count"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the report. `target` is the least or the most that `value` may be."""

    name: str
    value: float
    target: float
    kind: Kind
    at_least: bool
    unit: str = ""
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the target was reached; a figure that is no number never is."""
        return self.value >= self.target if self.at_least else self.value <= self.target

    def line(self) -> str:
        """Name, figure, target, MET or MISS, and what else there is to know."""
        sign = "≥" if self.at_least else "≤"
        figure = f"{_number(self.value)} {self.unit}".strip()
        target = f"{sign} {_number(self.target)} {self.unit}".strip()
        verdict = "MET" if self.met else "MISS"
        line = f"{self.name:<52} {figure:>14}   {target:<14} {verdict:<4}"
        return f"{line}  {self.note}".rstrip()


def at_least(
    name: str, value: float, target: float, kind: Kind, *, unit: str = "", note: str = ""
) -> Figure:
    """A figure that should be high."""
    return Figure(
        name=name, value=value, target=target, kind=kind, at_least=True, unit=unit, note=note
    )


def at_most(
    name: str, value: float, target: float, kind: Kind, *, unit: str = "", note: str = ""
) -> Figure:
    """A figure that should be low."""
    return Figure(
        name=name, value=value, target=target, kind=kind, at_least=False, unit=unit, note=note
    )


def exit_code(figures: Iterable[Figure], *, ratios_only: bool) -> int:
    """1 if a judged figure missed its target or none was judged, else 0.

    With `ratios_only` absolute figures are printed and not judged: another machine, or the same
    one with company, is slower without the site being worse.
    """
    judged = [figure for figure in figures if not (ratios_only and figure.kind is Kind.ABSOLUTE)]
    return 0 if judged and all(figure.met for figure in judged) else 1


def _number(value: float) -> str:
    if value != value:  # not a number: nothing was measured
        return "none"
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"
