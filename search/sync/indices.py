"""The indices in Elasticsearch that are ours: made, named, swapped, dropped.

An index is `ALIAS-v<mapping hash>-<time>`. Searches go through ALIAS. Writes go through an alias of
each index's own and insist on it, so that a write to an index that is lost fails instead of making
an index with a guessed mapping.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from elasticsearch import ConnectionTimeout, Elasticsearch, NotFoundError

from search.engines.elasticsearch_document import index_settings, mapping, mapping_hash
from search.sync.models import BuiltIndex

# Less than a rebuild's lease on being the only one.
LONGEST_JOINING_S = 240.0


def alias() -> str:
    """The name that searches use."""
    name: str = settings.ELASTICSEARCH_ALIAS
    return name


def alias_for_writes(index: str) -> str:
    """The name that writes to this index use."""
    return f"{index}-writes"


def make_index(client: Elasticsearch) -> BuiltIndex:
    """An empty index that nobody searches yet. From here on the relay writes to it too."""
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
    name = f"{alias()}-v{mapping_hash()}-{stamp}"
    client.indices.create(
        index=name,
        mappings=mapping(),
        settings={**index_settings(), "refresh_interval": "-1"},
        aliases={alias_for_writes(name): {}},
    )
    return BuiltIndex.objects.create(name=name, mapping_hash=mapping_hash())


def kept_indices() -> list[str]:
    """The indices that changes are written to: those with the mapping of this code.

    One with another mapping would refuse the documents, and is not searched by this code either.
    """
    kept = BuiltIndex.objects.filter(mapping_hash=mapping_hash()).order_by("pk")
    return list(kept.values_list("name", flat=True))


def join_segments(client: Elasticsearch, index: str) -> None:
    """Make one segment of what a backfill wrote in many: each search looks into every one.

    Waits four minutes at most; the server goes on by itself, and searching is right either way.
    """
    with suppress(ConnectionTimeout):
        patient = client.options(request_timeout=LONGEST_JOINING_S)
        patient.indices.forcemerge(index=index, max_num_segments=1)


def begin_refreshing(client: Elasticsearch, index: str) -> None:
    """Writes become visible from now on by themselves."""
    interval = index_settings()["refresh_interval"]
    client.indices.put_settings(index=index, settings={"refresh_interval": interval})
    client.indices.refresh(index=index)


def drop_index(client: Elasticsearch, index: BuiltIndex) -> None:
    """Forget it first: nothing is owed to it any more."""
    BuiltIndex.objects.filter(pk=index.pk).delete()
    client.options(ignore_status=404).indices.delete(index=index.name)


@dataclass(frozen=True)
class Searched:
    """The index behind the alias, and the mapping it says it has."""

    name: str
    mapping_hash: str


def searched_index(client: Elasticsearch) -> Searched | None:
    """The index that searches go to; None when there is none."""
    try:
        found = client.indices.get_mapping(index=alias())
    except NotFoundError:
        return None
    name, described = next(iter(found.body.items()))
    meta = described["mappings"].get("_meta", {})
    return Searched(name=name, mapping_hash=str(meta.get("mapping_hash", "")))


def point_alias_at(client: Elasticsearch, name: str) -> None:
    """One call: no search in between finds no index."""
    before = searched_index(client)
    actions = [{"add": {"index": name, "alias": alias()}}]
    if before is not None and before.name != name:
        actions.insert(0, {"remove": {"index": before.name, "alias": alias()}})
    client.indices.update_aliases(actions=actions)
