"""A NATS JetStream subject as a source of rows. Adapter of nats-py.

The client lives on a thread of its own, so that it answers the server while rows are stored, and
comes back by itself to a server that went away. Messages are acknowledged after the lake was
written.
"""

from __future__ import annotations

import asyncio
import logging
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, TypeVar

import nats
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import NotFoundError

from signals import DataError
from ui.alerting.messages import Received
from ui.alerting.source import Arrival

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from nats.aio.msg import Msg
    from nats.js.client import JetStreamContext

    from ui.alerting.messages import MessageReader

OPTIONS: Final = ("user", "password", "token", "user_credentials", "ack_wait_s")
"""Names that ``stream_options`` may hold for NATS."""

MOST_MESSAGES: Final = 500
_ACK_WAIT_S: Final = 60.0  # a batch that takes longer comes again, and the lake knows it
_PATIENCE_S: Final = 15.0
_RECONNECT_S: Final = 1

_T = TypeVar("_T")

logger = logging.getLogger(__name__)


class NatsSource:
    """Messages of one subject of a JetStream stream.

    Parameters
    ----------
    server
        ``host:port``.
    durable
        Name of the consumer, which remembers what was taken.
    options
        Of ``OPTIONS``.

    Raises
    ------
    DataError
        When the server cannot be reached, or no stream has this subject.
    """

    def __init__(
        self,
        server: str,
        subject: str,
        reader: MessageReader,
        *,
        durable: str,
        options: Mapping[str, str],
    ) -> None:
        unknown = sorted(set(options) - set(OPTIONS))
        if unknown:
            raise DataError(f"stream_options holds {unknown}; NATS takes {list(OPTIONS)}")
        self.name = f"nats {subject}"
        self._subject = subject
        self._reader = reader
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._thread.start()
        try:
            self._wait(self._start(server, durable, dict(options)))
        except BaseException:
            self._end()
            raise

    def fetch(self, wait_s: float) -> Arrival | None:
        try:
            messages = self._wait(self._messages.fetch(MOST_MESSAGES, timeout=wait_s))
        except TimeoutError:  # of asyncio as well, where time ends between two requests
            return None
        except NatsError as error:
            logger.warning("NATS: %s", error)
            self._wait(asyncio.sleep(wait_s))
            return None
        received = [
            Received(each.data, each.metadata.stream, each.metadata.sequence.stream)
            for each in messages
        ]
        return Arrival(self._reader.read(received), messages)

    def commit(self, arrival: Arrival, refused: str = "") -> None:
        messages = arrival.token
        if not isinstance(messages, list):
            raise TypeError(f"this arrival is of another source: {messages!r}")
        if refused:
            logger.warning("%s: %s", self.name, refused)
        try:
            self._wait(_acknowledge(messages))
        except NatsError as error:
            logger.warning(
                "%s: what was stored could not be acknowledged (%s); it will come again, and the "
                "lake knows it",
                self.name,
                error,
            )

    def close(self) -> None:
        self._wait(self._client.close())
        self._end()

    async def _start(self, server: str, durable: str, options: dict[str, Any]) -> None:
        ack_wait_s = float(options.pop("ack_wait_s", _ACK_WAIT_S))
        try:
            self._client = await asyncio.wait_for(
                nats.connect(
                    f"nats://{server}",
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=_RECONNECT_S,
                    error_cb=_tell,
                    **options,
                ),
                _PATIENCE_S,
            )
        except (NatsError, OSError, TimeoutError) as error:
            raise DataError(
                f"no NATS server answers at {server} ({error}); is it running, and are the "
                "options right (GROUNDSWELL_STREAM_OPTIONS)?"
            ) from error
        self._messages = await self._subscribe(server, durable, ack_wait_s)

    async def _subscribe(
        self, server: str, durable: str, ack_wait_s: float
    ) -> JetStreamContext.PullSubscription:
        config = ConsumerConfig(
            ack_policy=AckPolicy.EXPLICIT, ack_wait=ack_wait_s, max_ack_pending=2 * MOST_MESSAGES
        )
        try:
            return await self._client.jetstream().pull_subscribe(
                self._subject, durable=durable, config=config
            )
        except NotFoundError as error:
            await self._client.close()
            raise DataError(
                f"no stream at {server} has the subject {self._subject!r}; create it first"
            ) from error
        except NatsError as error:
            await self._client.close()
            raise DataError(f"{self._subject!r} at {server} cannot be read: {error}") from error

    def _wait(self, doing: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _acknowledge(messages: list[Msg]) -> None:
    await asyncio.gather(*(message.ack_sync(timeout=_PATIENCE_S) for message in messages))


async def _tell(problem: Exception) -> None:
    logger.warning("NATS: %s", str(problem) or type(problem).__name__)
