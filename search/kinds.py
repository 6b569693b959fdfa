"""What people call a kind of event: `sports`, `soccer`, `basketball games`, `konzerte`."""

from django.utils.text import slugify

from search.folding import fold
from search.known import known_kinds

# By the folded label of a segment or genre. One that is a kind's own name means that kind.
SAID = {
    "concert": (
        "concerts", "gig", "gigs", "music", "live music",
        "konzert", "konzerte", "concierto", "conciertos", "concerto", "concertos",
    ),
    "sport": ("sports", "games", "matches", "deportes"),
    "theatre": ("theater", "theatres", "theaters", "plays", "teatro"),
    "comedy": ("comedian", "comedians", "comedy club", "comedy night"),
    "family": ("kids", "children", "for kids", "for children", "shows for kids"),
    "festival": ("festivals", "music festival", "music festivals"),
    "musical": ("musicals",),
    "opera": ("operas", "oper"),
    "stand up": ("standup", "stand up comedy", "standup comedy"),
    "football": ("soccer", "futbol", "fussball", "futebol"),
    "hip hop": ("hiphop", "rap"),
    "electronic": ("edm", "electronica"),
    "ice hockey": ("hockey", "eishockey"),
    "hockey": ("ice hockey",),
}  # fmt: skip
MEANT = {said: kind for kind, ways in SAID.items() for said in ways}
# What may stand behind a kind and says nothing more: jazz concerts, basketball games.
BEHIND = frozenset(
    "music concert concerts gig gigs show shows game games match matches event events".split()
)
LONGEST_KIND = 3


def kind_called(text: str) -> str | None:
    """The slug of the segment or genre that folded text names; None where it names none."""
    slugs = known_kinds()
    for name in (text, *_before_the_last(text)):
        if slug := slugs.get(name) or slugs.get(MEANT.get(name, "")):
            return slug
    return None


def kind_meant(value: str) -> str:
    """The slug that a value of `type` means: a kind's own slug before what others call one, and
    its own letters where no kind is called so. Blank for a value without any."""
    slug = slugify(value)
    if slug in known_kinds().values():
        return slug
    return kind_called(fold(value)) or slug


def _before_the_last(text: str) -> tuple[str, ...]:
    kind, _, last = text.rpartition(" ")
    return (kind,) if kind and last in BEHIND else ()
