"""python -m payments.sandbox --port 12111 --store .local/sandbox.sqlite3 --webhook-url URL …

Every flag may also come from the environment: SANDBOX_PORT, SANDBOX_STORE, SANDBOX_WEBHOOK_URL, …
"""

import argparse
import asyncio
import ipaddress
import logging
import os
import sys
from collections.abc import Mapping

from payments.sandbox.app import serve
from payments.sandbox.settings import API_VERSION, Settings


def main() -> int:
    """Run the sandbox; the exit status is 0, or 2 when it must not or cannot run."""
    refusal = production_refusal(os.environ)
    if refusal:
        print(f"sandbox: {refusal}", file=sys.stderr)
        return 2
    options = parser(os.environ).parse_args()
    if not is_loopback(options.host):
        print(f"sandbox: {options.host} is not a loopback address", file=sys.stderr)
        return 2
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.INFO,
        format="%(asctime)s %(name)s %(message)s",
        datefmt="%H:%M:%S",
        stream=sys.stdout,
    )
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    try:
        asyncio.run(serve(settings_from(options)))
    except OSError as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 2
    return 0


def production_refusal(environment: Mapping[str, str]) -> str | None:
    """Why the sandbox must not run in this environment, or None."""
    if environment.get("DJANGO_SETTINGS_MODULE", "").endswith("settings.prod"):
        return "refuses to start with production settings (DJANGO_SETTINGS_MODULE)"
    if environment.get("ENVIRONMENT", "").lower() in ("production", "prod"):
        return "refuses to start in production (ENVIRONMENT)"
    return None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a listener on this host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    """The command line, with defaults from the environment."""

    def default(name: str, otherwise: str) -> str:
        return environment.get(f"SANDBOX_{name}", otherwise)

    line = argparse.ArgumentParser(prog="python -m payments.sandbox", description=__doc__)
    line.add_argument("--port", type=int, default=int(default("PORT", "12111")))
    line.add_argument("--host", default=default("HOST", "127.0.0.1"), help="loopback only")
    line.add_argument("--store", default=default("STORE", ".local/sandbox.sqlite3"))
    line.add_argument("--public-url", default=default("PUBLIC_URL", ""), help="seen by browsers")
    line.add_argument(
        "--webhook-url", default=default("WEBHOOK_URL", ""), help="several with commas"
    )
    line.add_argument(
        "--webhook-secret",
        default=default("WEBHOOK_SECRET", ""),
        help="several with commas sign each event with each; none makes one and keeps it",
    )
    line.add_argument("--webhook-events", default=default("WEBHOOK_EVENTS", "*"))
    line.add_argument(
        "--webhook-concurrency", type=int, default=int(default("WEBHOOK_CONCURRENCY", "4"))
    )
    line.add_argument(
        "--webhook-first-pause",
        type=float,
        default=float(default("WEBHOOK_FIRST_PAUSE", "0.5")),
        help="seconds before the second try; it doubles from try to try",
    )
    line.add_argument(
        "--webhook-longest-pause",
        type=float,
        default=float(default("WEBHOOK_LONGEST_PAUSE", "60")),
    )
    line.add_argument("--api-version", default=default("API_VERSION", API_VERSION))
    line.add_argument("--verbose", action="store_true", help="a line for every request")
    return line


def settings_from(options: argparse.Namespace) -> Settings:
    """The settings that a command line asks for."""
    return Settings(
        port=options.port,
        host=options.host,
        store=options.store,
        public_url=options.public_url,
        webhook_urls=[url for url in options.webhook_url.split(",") if url],
        webhook_secret=options.webhook_secret,
        webhook_events=options.webhook_events.split(","),
        webhook_concurrency=options.webhook_concurrency,
        webhook_first_pause=options.webhook_first_pause,
        webhook_longest_pause=options.webhook_longest_pause,
        api_version=options.api_version,
    )


if __name__ == "__main__":
    sys.exit(main())
