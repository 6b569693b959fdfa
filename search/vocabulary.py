"""Learning names: what suggestions offer, and the words that typo repair knows.

Names follow the catalogue a second or two later, outside its transactions: two imports that learn
the same words at once would otherwise wait for each other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import orjson
from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q

from events.cities import names_of_city
from events.models import EventPerformer, PerformerAlias, Venue
from search.engines.postgres_expressions import is_one_of
from search.folding import collapse, fold, fold_words, spellings
from search.known import learned_anew
from search.locks import is_only_one, lock_names_due
from search.models import Name, NamesDue, SearchRow, Word
from search.request import COMING
from ticketmaster.core.clock import database_now

LEARNING = 1
# Many at once after an import: each name is counted over all its events anyway.
AT_ONCE = 50_000
SHORTEST = 3
LONGEST = 30
STARTS_OF_A_NAME = 6
Kind = Name.Kind

# Arrays as parameters, a statement each, and nothing written that is there already: an import
# learns the same names again with every ten thousand events.
WRITE_NAMES = """
INSERT INTO search_name AS known (kind, key, shown, detail, folded, coming, popularity)
SELECT kind, key, shown, detail, folded, coming, popularity
FROM jsonb_to_recordset(%s::jsonb) AS given(kind text, key text, shown text, detail jsonb,
    folded text, coming int, popularity smallint)
ON CONFLICT (kind, key) DO UPDATE SET shown = EXCLUDED.shown, detail = EXCLUDED.detail,
    folded = EXCLUDED.folded, coming = EXCLUDED.coming, popularity = EXCLUDED.popularity
WHERE (known.shown, known.detail, known.folded, known.coming, known.popularity) IS DISTINCT FROM
    (EXCLUDED.shown, EXCLUDED.detail, EXCLUDED.folded, EXCLUDED.coming, EXCLUDED.popularity)
"""
WRITE_STARTS = """
WITH given AS MATERIALIZED (
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bool[]) AS g(name_id, text, whole)
), gone AS (
    DELETE FROM search_namestart s WHERE s.name_id = ANY(%s) AND NOT EXISTS (
        SELECT FROM given g WHERE (g.name_id, g.text, g.whole) = (s.name_id, s.text, s.whole))
)
INSERT INTO search_namestart (name_id, text, whole)
SELECT name_id, text, whole FROM given
EXCEPT SELECT name_id, text, whole FROM search_namestart WHERE name_id = ANY(%s)
"""
WRITE_WORDS = """
INSERT INTO search_word AS known (text, weight) SELECT * FROM unnest(%s::text[], %s::int[])
ON CONFLICT (text) DO UPDATE SET weight = EXCLUDED.weight WHERE known.weight < EXCLUDED.weight
"""
WRITE_VARIANTS = """
INSERT INTO search_wordvariant (variant, word_id)
SELECT word, word FROM unnest(%s::text[]) word
UNION
SELECT overlay(word PLACING '' FROM place FOR 1), word
FROM unnest(%s::text[]) word, generate_series(1, length(word)) place
"""


class Row(NamedTuple):
    """What is learned of a search row."""

    venue_id: int
    city: str
    title: str
    kind: str
    popularity: int
    performer_ids: list[int]
    aliases: list[str]


def learn_due_names() -> int:
    """Learn the names of changed events until none is left, and say how many events there were.

    Safe to run in several processes: one of them learns, the others return at once.
    """
    learned = 0
    while count := _learn_some():
        learned += count
    if learned:
        learned_anew()
    return learned


@transaction.atomic
def _learn_some() -> int:
    if not is_only_one(LEARNING):
        return 0
    due = list(lock_names_due(limit=AT_ONCE))
    event_ids = {one.event_id for one in due}
    if due:
        _learn(event_ids)
        NamesDue.objects.filter(pk__in=[one.pk for one in due]).delete()
    return len(due)


def _learn(event_ids: Collection[int]) -> None:
    changed = SearchRow.objects.filter(is_one_of("event_id", event_ids))
    rows = [Row(*row) for row in changed.values_list(*Row._fields)]
    billed = EventPerformer.objects.filter(event_id__in=event_ids)
    performers = {pk for row in rows for pk in row.performer_ids}
    performers |= set(billed.values_list("performer_id", flat=True))
    venues = {row.venue_id for row in rows}
    cities = {row.city for row in rows}
    names = [*_performers(performers), *_venues(venues), *_cities(cities)]
    _write_names(names)
    _forget(Kind.PERFORMER, performers, names)
    _forget(Kind.VENUE, venues, names)
    _write_words(_words_of(names, rows))


def _coming() -> dict[str, object]:
    return {"status__in": COMING, "starts_at__gt": database_now()}


def _performers(ids: Collection[int]) -> Iterator[Name]:
    coming = {f"event__search_row__{field}": value for field, value in _coming().items()}
    billed = EventPerformer.objects.filter(performer_id__in=ids, **coming)
    rows = billed.values_list("performer_id", "performer__name").annotate(
        coming=Count("pk"), best=Max("event__search_row__popularity")
    )
    for pk, shown, count, best in rows.order_by():
        yield _name(Kind.PERFORMER, str(pk), shown, count, best)


def _venues(ids: Collection[int]) -> Iterator[Name]:
    rows = (
        SearchRow.objects.filter(venue_id__in=ids, **_coming())
        .values_list("venue_id", "event__venue__name", "city_name", "country")
        .annotate(coming=Count("pk"), best=Max("popularity"))
    )
    for pk, shown, city, country, count, best in rows.order_by():
        detail = {"city": city, "country": country.upper()}
        yield _name(Kind.VENUE, str(pk), shown, count, best, detail)


def _cities(names: Collection[str]) -> Iterator[Name]:
    coming = Q(**_coming())
    rows = (
        SearchRow.objects.filter(city__in=names)
        .values_list("city", "region", "country")
        .annotate(
            coming=Count("pk", filter=coming),
            best=Max("popularity", filter=coming),
            shown=Min("city_name"),
            venue=Min("venue_id"),
        )
    )
    found = [row for row in rows.order_by() if row[0]]
    regions = dict(
        Venue.objects.filter(pk__in=[row[-1] for row in found]).values_list("pk", "region")
    )
    for city, region, country, count, best, shown, venue in found:
        detail = {"region": regions.get(venue, ""), "country": country.upper()}
        key = f"{city}|{region}|{country}"
        yield _name(Kind.CITY, key, shown, count, best or 0, detail)


def _name(
    kind: str, key: str, shown: str, coming: int, best: int, detail: dict[str, str] | None = None
) -> Name:
    return Name(
        kind=kind,
        key=key,
        shown=shown,
        detail=detail or {},
        folded=fold(shown),
        coming=coming,
        popularity=best,
    )


def _write_names(names: Collection[Name]) -> None:
    fields = ("kind", "key", "shown", "detail", "folded", "coming", "popularity")
    given = [{field: getattr(name, field) for field in fields} for name in names]
    aliases = _aliases(names)
    with connection.cursor() as cursor:
        cursor.execute(WRITE_NAMES, [orjson.dumps(given).decode()])
        stored = _stored(names)
        starts = [
            (stored[name.kind, name.key], text, whole)
            for name in names
            for text, whole in _starts([name.shown, *aliases[name.kind, name.key]]).items()
        ]
        columns = [list(column) for column in zip(*starts, strict=True)] or [[], [], []]
        ids = list(stored.values())
        cursor.execute(WRITE_STARTS, [*columns, ids, ids])


def _stored(names: Collection[Name]) -> dict[tuple[str, str], int]:
    keys = {(str(name.kind), name.key) for name in names}
    rows = Name.objects.filter(key__in={key for _, key in keys})
    found = rows.values_list("kind", "key", "pk")
    return {(kind, key): pk for kind, key, pk in found if (kind, key) in keys}


def _aliases(names: Collection[Name]) -> dict[tuple[str, str], list[str]]:
    ids = [int(name.key) for name in names if name.kind == Kind.PERFORMER]
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    rows = PerformerAlias.objects.filter(performer_id__in=ids)
    for pk, alias in rows.values_list("performer_id", "name"):
        found[Kind.PERFORMER, str(pk)].append(alias)
    for name in names:
        if name.kind == Kind.CITY:
            where = {"country": name.detail["country"], "region": name.detail["region"]}
            found[Kind.CITY, name.key] += names_of_city(name.shown, **where)
    return found


def _starts(spelled: Iterable[str]) -> dict[str, bool]:
    """Under what a thing is suggested, and whether that is its name from the first word on."""
    starts: dict[str, bool] = {}
    for shown in spelled:
        words = fold_words(shown)[:STARTS_OF_A_NAME]
        for index in range(len(words)):
            starts.setdefault(" ".join(words[index:]), index == 0)
        starts.update(dict.fromkeys((fold(shown), *spellings(shown)), True))
    return {text: whole for text, whole in starts.items() if text}


def _forget(kind: str, ids: Iterable[int], names: Iterable[Name]) -> None:
    """Things of which nothing is coming any more are suggested no longer."""
    kept = {name.key for name in names if name.kind == kind}
    gone = [str(pk) for pk in ids if str(pk) not in kept]
    Name.objects.filter(kind=kind, key__in=gone).delete()


def _words_of(names: Iterable[Name], rows: Iterable[Row]) -> dict[str, int]:
    """The words of these names and titles, each with the popularity of the best."""
    weights: dict[str, int] = {}
    for name in names:
        _weigh(weights, name.folded, name.popularity)
    for row in rows:
        for text in (row.title, *row.aliases, row.kind):
            _weigh(weights, text, row.popularity)
    return weights


def _weigh(weights: dict[str, int], folded: str, popularity: int) -> None:
    for word in {*folded.split(), collapse(folded)}:
        if SHORTEST <= len(word) <= LONGEST and word.isalpha():
            weights[word] = max(weights.get(word, 0), popularity)


def _write_words(weights: dict[str, int]) -> None:
    """Under the one learner's lock: nobody else inserts words meanwhile."""
    known = set(Word.objects.filter(pk__in=weights).values_list("pk", flat=True))
    fresh = sorted(weights.keys() - known)
    with connection.cursor() as cursor:
        cursor.execute(WRITE_WORDS, [list(weights), list(weights.values())])
        cursor.execute(WRITE_VARIANTS, [fresh, fresh])


def variants_of(word: str) -> set[str]:
    """The word itself and with each of its letters left out."""
    return {word} | {word[:index] + word[index + 1 :] for index in range(len(word))}
