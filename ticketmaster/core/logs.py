"""Logging by structlog: readable on a laptop, one JSON object a line in production.

Secrets never reach a line: what looks like a client secret, token, card number or password is
replaced before it is written (reliability.md F91).
"""

import logging.config
import re
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog

STRUCK = "[struck out]"
SECRETS = re.compile(
    r"(?:pi|seti|cs)_\w+_secret_\w+"  # what finishes a payment
    r"|(?:sk|rk)_(?:test|live)_\w+|whsec_[\w-]+"  # Stripe's keys
    r"|(?<=/admission/)[\w-]{16,}|(?<=reset/key/)[\w-]+|(?<=confirm-email/)[\w:-]+"
    r"|(?<=session_token=)[^\s&]+|(?<=X-Session-Token: )\S+|(?<=sessionid=)[^\s;]+"
)
CARD = re.compile(r"\b\d(?:[ -]?\d){12,18}\b")
SECRET_NAMES = re.compile(
    r"(password|secret|token|authorization|cookie|^card(_?number)?$|^cvc$)", re.IGNORECASE
)
DEEPEST = 6


def scrub(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The log event with every secret struck out, tracebacks and nested values included."""
    for name, value in event.items():
        event[name] = _without_secrets(name, value)
    return event


def _without_secrets(name: str, value: Any, depth: int = 0) -> Any:
    if SECRET_NAMES.search(name):
        return STRUCK
    if isinstance(value, str):
        return CARD.sub(_card, SECRETS.sub(STRUCK, value))
    if depth < DEEPEST and isinstance(value, Mapping):
        return {key: _without_secrets(str(key), part, depth + 1) for key, part in value.items()}
    if depth < DEEPEST and isinstance(value, (list, tuple)):
        return [_without_secrets("", part, depth + 1) for part in value]
    return value


def _card(match: re.Match[str]) -> str:
    """Struck out if its check digit makes it a card's number; other long numbers stay."""
    digits = [int(character) for character in match[0] if character.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return STRUCK if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else match[0]


def ready_record(logger: str, event: str, line: Mapping[str, Any]) -> logging.LogRecord:
    """A record for `logger.handle` that is written as it is, in a tenth of the time.

    For what is written with every request. The caller answers for it that no secret is in there:
    nothing is struck out any more.
    """
    record = logging.LogRecord(logger, logging.INFO, "", 0, event, None, None)
    record.ready = line
    return record


class JsonLines(structlog.stdlib.ProcessorFormatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, at once where it is ready."""
        ready = record.__dict__.get("ready")
        if ready is None:
            return super().format(record)
        line = {
            **ready,
            "event": record.msg,
            "logger": record.name,
            "level": "info",
            "timestamp": _iso(record),
        }
        return orjson.dumps(line, default=str).decode()


class ConsoleLines(structlog.stdlib.ProcessorFormatter):
    """Readable lines for a laptop."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, at once where it is ready."""
        ready = record.__dict__.get("ready")
        if ready is None:
            return super().format(record)
        words = " ".join(f"{name}={_printable(value)}" for name, value in ready.items())
        return f"{_iso(record)} [info     ] {record.msg} [{record.name}] {words}"


def _printable(value: Any) -> str:
    """On one line, whatever a stranger put into an address."""
    text = str(value)
    return text if text.isprintable() else repr(text)


def _iso(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")


# What of other people's loggers is worth a line.
LEVELS = {
    "django.server": "WARNING",
    "django.request": "ERROR",  # 4xx stand in the access log, without the codes that paths hold
    "stripe": "WARNING",
    "elastic_transport": "ERROR",  # who calls says what came of it
    "celery.worker.strategy": "WARNING",
    "celery.app.trace": "WARNING",
}


def configure(config: dict[str, str]) -> None:
    """Set up logging once, as Django's LOGGING_CONFIG hook; `format` is console or json."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    as_json = config.get("format") == "json"
    line = {
        "()": JsonLines if as_json else ConsoleLines,
        "foreign_pre_chain": shared,
        "processors": _ending(as_json=as_json),
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": line},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": "INFO"},
            "loggers": {name: {"level": level} for name, level in LEVELS.items()},
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _ending(*, as_json: bool) -> list[Any]:
    """The last steps of a line: tracebacks become text before the scrubber looks, since they
    quote what was passed around."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    )
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        scrub,
        renderer,
    ]
