"""Keeping Elasticsearch like the search rows: outbox, relay, reconciler, rebuild."""
