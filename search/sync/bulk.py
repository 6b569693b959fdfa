"""One bulk to Elasticsearch: documents at their versions, deletes at theirs, into every index."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from search.engines.elasticsearch_document import documents_of
from search.models import SearchRow
from search.sync.indices import alias_for_writes

CONFLICT = 409  # a younger version is there already: nothing to do
NOT_FOUND = 404
REFUSED = 400
LONGEST_ERROR = 500


@dataclass
class Outcome:
    """What became of each event: written, or to be tried again, or refused for good, and why.

    `conflicts` counts documents that were there in the same or a younger version.
    """

    written: set[int] = field(default_factory=set)
    again: dict[int, str] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    lost_indices: set[str] = field(default_factory=set)
    conflicts: int = 0


def write_documents(
    client: Elasticsearch, versions: Mapping[int, int], *, indices: Sequence[str]
) -> Outcome:
    """Bring the documents of these events up to their current rows, in each of the indices.

    `versions` are those of the changes: an event without a row is deleted at that version, every
    other gets its row as it is now. Writing an older version over a younger one is refused by the
    server, so order and repetition do not matter.
    """
    operations = operations_for(versions, indices=indices)
    if not operations:
        return Outcome(written=set(versions))
    try:
        answer = client.bulk(operations=operations, require_alias=True)
    except (ApiError, TransportError) as error:
        return Outcome(again=dict.fromkeys(versions, repr(error)[:LONGEST_ERROR]))
    return _outcome(versions, answer["items"])


def operations_for(versions: Mapping[int, int], *, indices: Sequence[str]) -> list[dict[str, Any]]:
    """The lines of the bulk."""
    rows = SearchRow.objects.filter(pk__in=list(versions))
    documents = documents_of(rows.order_by("pk"))
    lines: list[dict[str, Any]] = []
    for index in indices:
        for event_id, deleted_at in versions.items():
            version, document = documents.get(event_id, (deleted_at, None))
            target = {
                "_index": alias_for_writes(index),
                "_id": str(event_id),
                "version": version,
                "version_type": "external_gte",
            }
            lines += [{"delete": target}] if document is None else [{"index": target}, document]
    return lines


def _outcome(versions: Mapping[int, int], items: Sequence[Mapping[str, Any]]) -> Outcome:
    outcome = Outcome()
    failed: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for item in items:
        ((kind, result),) = item.items()
        status, event_id = result["status"], int(result["_id"])
        outcome.conflicts += status == CONFLICT
        if status < REFUSED or status == CONFLICT:
            continue
        error = result.get("error")
        if error is None and kind == "delete" and status == NOT_FOUND:
            continue  # there was nothing to delete
        if status == NOT_FOUND:
            outcome.lost_indices.add(result["_index"])
        failed[event_id].append((status, str(error)[:LONGEST_ERROR]))
    for event_id, failures in failed.items():
        refusals = [reason for status, reason in failures if status == REFUSED]
        if refusals:
            outcome.refused[event_id] = refusals[0]
        else:
            outcome.again[event_id] = failures[0][1]
    outcome.written = set(versions) - outcome.refused.keys() - outcome.again.keys()
    return outcome
