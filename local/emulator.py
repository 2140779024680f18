"""The emulator as a child process: MiniStack's own application plus housekeeping, on loopback only.

Run as ``python -m local.emulator HOST PORT``; `local.cloud` sets the rest in MiniStack's own variables.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from importlib.metadata import version
from typing import Any

from local import stream_bridge
from local.housekeeping import Housekeeper

PIN = "1.5.33"


def require_pin() -> None:
    """Refuse any other emulator: housekeeping reaches into the internals of this one."""
    found = version("ministack")
    if found != PIN:
        msg = f"ministack {found} is installed, {PIN} is needed; install it with `make up`"
        raise SystemExit(msg)


async def serve(host: str, port: int) -> None:
    """Serve until SIGTERM, then let the batch in flight finish, save the state and end the workers."""
    from hypercorn.asyncio import serve as serve_asgi
    from hypercorn.config import Config
    from ministack.app import app
    from ministack.core import lambda_runtime

    config = Config()
    config.bind = [f"{host}:{port}"]
    config.graceful_timeout = 0.5
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    housekeeper = Housekeeper(loop)
    housekeeper.install()
    stream_bridge.install()

    async def until_drained() -> None:
        await stopping.wait()
        await asyncio.to_thread(housekeeper.halt, within_s=1.5)

    application: Any = app
    await serve_asgi(application, config, shutdown_trigger=until_drained)
    lambda_runtime.reset()


def main() -> None:
    """Serve at the host and port of the command line."""
    require_pin()
    logging.getLogger("hypercorn.access").disabled = True
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    main()
