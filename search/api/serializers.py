"""The shapes of search for the API's description."""

from rest_framework import serializers

from events.api.serializers import EventShape


class FacetValueShape(serializers.Serializer[dict[str, object]]):
    """A value, and how many found events have it."""

    value = serializers.CharField(help_text="What the filter takes")
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()


class FacetsShape(serializers.Serializer[dict[str, object]]):
    """Counts over all that was found (at most 10,000)."""

    segment = FacetValueShape(many=True)
    genre = FacetValueShape(many=True)
    city = FacetValueShape(many=True)


class SearchShape(serializers.Serializer[dict[str, object]]):
    """What was found."""

    results = EventShape(many=True)
    facets = FacetsShape()
    next = serializers.URLField(allow_null=True)
    total = serializers.IntegerField(help_text="Counted to 10,000")
    did_you_mean = serializers.CharField(allow_null=True)
    understood = serializers.DictField(help_text="Words of the term that were read as filters")
    engine = serializers.CharField()
    degraded = serializers.BooleanField(help_text="Postgres stands in for Elasticsearch")
    restarted = serializers.BooleanField(
        help_text="The cursor was another engine's: this is the first page again"
    )
