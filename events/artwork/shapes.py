"""The few SVG shapes that a poster needs, as short strings."""

from collections.abc import Iterable

from events.artwork.palettes import Inks

WIDTH, HEIGHT = 600, 400


def number(value: float) -> str:
    """Return a coordinate with one decimal at most: a tenth of a unit is below a pixel."""
    return f"{round(value, 1) + 0.0:g}"


def circle(x: float, y: float, radius: float, fill: str) -> str:
    """Return a filled disc."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"/>'


def discs(places: Iterable[tuple[float, float, float]], fill: str) -> str:
    """Return many filled discs (x, y, radius) of one ink, in fewer bytes than one by one."""
    drawn = "".join(
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"/>'
        for x, y, radius in places
    )
    return f'<g fill="{fill}">{drawn}</g>'


def ring(x: float, y: float, radius: float, stroke: str, width: float) -> str:
    """Return a circle that is only a line."""
    return (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="none" '
        f'stroke="{stroke}" stroke-width="{number(width)}"/>'
    )


def box(x: float, y: float, width: float, height: float, fill: str, *, round_by: float = 0) -> str:
    """Return a filled rectangle, its corners rounded by so many units."""
    rounded = f' rx="{number(round_by)}"' if round_by else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" '
        f'height="{number(height)}"{rounded} fill="{fill}"/>'
    )


def polygon(points: Iterable[tuple[float, float]], fill: str) -> str:
    """Return a filled shape with these corners."""
    corners = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return f'<polygon points="{corners}" fill="{fill}"/>'


def area(path: str, fill: str) -> str:
    """Return a filled path."""
    return f'<path d="{path}" fill="{fill}"/>'


def line(path: str, stroke: str, width: float) -> str:
    """Return a path that is only a line, with round ends."""
    return (
        f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{number(width)}" '
        'stroke-linecap="round"/>'
    )


def turned(shape: str, degrees: float, x: float, y: float) -> str:
    """Return the shape turned clockwise around a point."""
    return f'<g transform="rotate({number(degrees)} {number(x)} {number(y)})">{shape}</g>'


def poster(*, inks: Inks, shapes: Iterable[str]) -> str:
    """Return the whole picture on its ground."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'preserveAspectRatio="xMidYMid slice">{box(0, 0, WIDTH, HEIGHT, inks.ground)}'
        f"{''.join(shapes)}</svg>"
    )
