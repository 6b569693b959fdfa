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
    date = FacetValueShape(
        many=True,
        required=False,
        help_text="Where `facets` asks: named windows. Empty where there is too much to count",
    )
    price = FacetValueShape(
        many=True,
        required=False,
        help_text="Where `facets` asks: upper limits as `price_max` takes them, in each event's "
        "own currency. Empty where there is too much to count",
    )


class SearchShape(serializers.Serializer[dict[str, object]]):
    """What was found."""

    results = EventShape(many=True)
    facets = FacetsShape()
    next = serializers.URLField(allow_null=True)
    total = serializers.IntegerField(help_text="Counted to 10,000")
    total_relation = serializers.ChoiceField(["eq", "gte"], help_text="gte: there may be more")
    facets_approx = serializers.BooleanField(help_text="The facets count a part of what was found")
    did_you_mean = serializers.CharField(
        allow_null=True, help_text="The term searched for instead of one that found nothing"
    )
    understood = serializers.DictField(help_text="Words of the term that were read as filters")
    engine = serializers.CharField()
    degraded = serializers.BooleanField(help_text="Postgres stands in for Elasticsearch")
    restarted = serializers.BooleanField(
        help_text="The cursor was another engine's: this is the first page again"
    )


class SuggestionShape(serializers.Serializer[dict[str, object]]):
    """A performer."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.CharField(help_text="Its page")


class SuggestedVenueShape(SuggestionShape):
    """A venue."""

    city = serializers.CharField()
    country = serializers.CharField()


class SuggestedCityShape(SuggestionShape):
    """A city; its id is text."""

    id = serializers.CharField()  # type: ignore[assignment]
    region = serializers.CharField(allow_blank=True)
    country = serializers.CharField()


class SuggestedEventShape(SuggestionShape):
    """An event, one night of it."""

    starts_at = serializers.DateTimeField()
    time_zone = serializers.CharField()
    venue = serializers.CharField()
    city = serializers.CharField()


class SuggestionsShape(serializers.Serializer[dict[str, object]]):
    """At most five each, the best first."""

    performers = SuggestionShape(many=True)
    events = SuggestedEventShape(many=True)
    venues = SuggestedVenueShape(many=True)
    cities = SuggestedCityShape(many=True)
