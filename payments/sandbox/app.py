"""Puts the addresses together and runs the process until it is told to stop."""

import asyncio
import logging
import signal
from pathlib import Path

from aiohttp import web

from payments.sandbox import api
from payments.sandbox.control import Control
from payments.sandbox.endpoints import ENDPOINTS
from payments.sandbox.errors import StripeError
from payments.sandbox.pages import Pages
from payments.sandbox.scripts import script_routes
from payments.sandbox.settings import Settings
from payments.sandbox.site import Site
from payments.sandbox.timers import run_timers

logger = logging.getLogger("sandbox")
LARGEST_BODY = 1024 * 1024
SHUTDOWN_SECONDS = 0.5


def build(site: Site) -> web.Application:
    """The web application with every address of the sandbox."""
    app = web.Application(client_max_size=LARGEST_BODY)
    for endpoint in ENDPOINTS:
        app.router.add_route(endpoint.method, endpoint.path, api.handler(site, endpoint))
    app.router.add_routes(Control(site).routes())
    app.router.add_routes(Pages(site).routes())
    app.router.add_routes(script_routes())
    app.router.add_route("*", "/v1/{rest:.*}", unknown_address)
    return app


async def unknown_address(request: web.Request) -> web.Response:
    """Stripe's answer to an address that it does not have."""
    message = (
        f"Unrecognized request URL ({request.method}: {request.path}). The sandbox has only the"
        " part of Stripe's API that it was built for."
    )
    return web.json_response(StripeError(message).body(), status=404)


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. A port of 0 is replaced by the one that was free."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    site = Site(settings)
    runner = web.AppRunner(build(site), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    listener = web.TCPSite(runner, settings.host, settings.port, reuse_address=True)
    await listener.start()
    settings.port = runner.addresses[0][1]
    logger.info("Stripe sandbox at %s, kept in %s", settings.origin, Path(settings.store).name)
    tasks = [asyncio.create_task(site.webhooks.run()), asyncio.create_task(run_timers(site))]
    try:
        await stopped(stop, tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=SHUTDOWN_SECONDS)
        await runner.cleanup()
        site.store.close()
    logger.info("stopped")


async def stopped(stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Returns when told to stop; raises what a background task died of."""
    waiting = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    for task in done - {waiting}:
        task.result()
