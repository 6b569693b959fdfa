"""Search: which engine, and how it is reached."""

from ticketmaster.settings import env

ELASTICSEARCH_URL = env.text("ELASTICSEARCH_URL")
# One name in front of the index that is searched; two sites on one server need two.
ELASTICSEARCH_ALIAS = env.text("ELASTICSEARCH_ALIAS", "frontrow-events")
ELASTICSEARCH_DSL = {
    "default": {
        "hosts": [ELASTICSEARCH_URL or "http://127.0.0.1:9200"],
        "max_retries": 0,  # a slow answer is answered by Postgres, not asked for again
        "retry_on_timeout": False,
    }
}
# The outbox feeds the index (search/sync). The package's own ways write in the middle of a
# transaction, miss bulk changes and fail with the server (docs/elasticsearch.md).
ELASTICSEARCH_DSL_AUTOSYNC = False
ELASTICSEARCH_DSL_AUTO_REFRESH = False
ELASTICSEARCH_DSL_SIGNAL_PROCESSOR = "django_elasticsearch_dsl.signals.BaseSignalProcessor"
