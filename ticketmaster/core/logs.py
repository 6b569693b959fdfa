"""Logging by structlog: readable on a laptop, one JSON object a line in production.

Secrets never reach a line: what looks like a client secret, token, card number or password is
replaced before it is written (reliability.md F91).
"""

import logging.config
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

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


# What of other people's loggers is worth a line.
LEVELS = {
    "django.server": "WARNING",
    "django.request": "ERROR",  # 4xx stand in the access log, without the codes that paths hold
    "stripe": "WARNING",
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
    line = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": _ending(as_json=config.get("format") == "json"),
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
