"""Logging by structlog: readable on a laptop, one JSON object a line in production.

Secrets never reach a line: what looks like a client secret, token, card number or password is
replaced before it is written (reliability.md F91).
"""

import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRETS = re.compile(
    r"((?:pi|seti)_\w+_secret_\w+|sk_(?:test|live)_\w+|whsec_\w+|\b\d(?:[ -]?\d){12,18}\b)"
)
SECRET_NAMES = re.compile(r"(password|secret|token|authorization|cookie|card)", re.IGNORECASE)


def scrub(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The log event with every secret struck out."""
    for name, value in event.items():
        if SECRET_NAMES.search(name):
            event[name] = "[struck out]"
        elif isinstance(value, str):
            event[name] = SECRETS.sub("[struck out]", value)
    return event


def configure(config: dict[str, str]) -> None:
    """Set up logging once, as Django's LOGGING_CONFIG hook; `format` is console or json."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = (
        [structlog.processors.format_exc_info, scrub, structlog.processors.JSONRenderer()]
        if config.get("format") == "json"
        else [scrub, structlog.dev.ConsoleRenderer(colors=False)]
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        *last,
                    ],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": "INFO"},
            "loggers": {
                "django.server": {"level": "WARNING"},
                "stripe": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"},
                "celery.app.trace": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
