"""A client of the API, typed: `Client` blocks, `AsyncClient` does not, `Live` follows a channel.

No function imports it: it stands on httpx and websockets, which the layer does not carry.
"""

from telemetra.client.asynchronous import AsyncClient
from telemetra.client.blocking import Client
from telemetra.client.calls import ApiError
from telemetra.client.live import Live, messages_of
from telemetra.client.view import ChannelView

__all__ = ["ApiError", "AsyncClient", "ChannelView", "Client", "Live", "messages_of"]
