"""A Kafka topic as a source of rows. Adapter of confluent-kafka.

Offsets are committed after the lake was written, the last of them when the source is closed. The
client looks for lost brokers by itself, so a broker that goes away only means that nothing comes.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from signals import DataError
from ui.alerting.messages import Received
from ui.alerting.source import Arrival

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confluent_kafka import Message

    from ui.alerting.messages import MessageReader

MOST_MESSAGES: Final = 1000
_PATIENCE_S: Final = 15.0

logger = logging.getLogger(__name__)


class KafkaSource:
    """Messages of one topic.

    Parameters
    ----------
    servers
        ``host:port``, with commas between several.
    group
        Consumer group, which remembers what was taken.
    options
        More options of librdkafka, such as ``security.protocol``.

    Raises
    ------
    DataError
        When the brokers cannot be reached, have no such topic, or an option makes no sense.
    """

    def __init__(
        self,
        servers: str,
        topic: str,
        reader: MessageReader,
        *,
        group: str,
        options: Mapping[str, str],
    ) -> None:
        self.name = f"kafka {topic}"
        self._topic = topic
        self._reader = reader
        config: dict[str, Any] = {
            **options,
            "bootstrap.servers": servers,
            "group.id": group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            "error_cb": _tell,
            "on_commit": _tell_of_commit,
        }
        try:
            self._consumer = Consumer(config, logger=logger)
        except KafkaException as error:
            raise DataError(
                f"stream_options cannot be used: {error.args[0].str()}; expected options of "
                "librdkafka, NAME=VALUE with spaces between them"
            ) from error
        self._check(servers)
        self._consumer.subscribe([topic])

    def fetch(self, wait_s: float) -> Arrival | None:
        messages = [
            message
            for message in self._consumer.consume(MOST_MESSAGES, timeout=wait_s)
            if _is_one(message)
        ]
        if not messages:
            return None
        received = [
            Received(message.value(), f"{self._topic}/{message.partition()}", message.offset() or 0)
            for message in messages
        ]
        ends: dict[int, int] = {}
        for message in messages:
            ends[message.partition() or 0] = (message.offset() or 0) + 1
        return Arrival(self._reader.read(received), ends)

    def commit(self, arrival: Arrival, refused: str = "") -> None:
        ends = arrival.token
        if not isinstance(ends, dict):
            raise TypeError(f"this arrival is of another source: {ends!r}")
        if refused:
            logger.warning("%s: %s", self.name, refused)
        offsets = [TopicPartition(self._topic, part, end) for part, end in ends.items()]
        # not waited for: a broker that is away must not keep alerts from people
        self._consumer.commit(offsets=offsets, asynchronous=True)

    def close(self) -> None:
        self._consumer.close()

    def _check(self, servers: str) -> None:
        try:
            found = self._consumer.list_topics(self._topic, timeout=_PATIENCE_S)
        except KafkaException as error:
            self._consumer.close()
            raise DataError(
                f"no Kafka broker answers at {servers}: {error.args[0].str()}; is it running, and "
                "are the options right (GROUNDSWELL_STREAM_OPTIONS)?"
            ) from error
        problem = found.topics[self._topic].error
        if problem is not None:
            self._consumer.close()
            raise DataError(f"topic {self._topic!r} at {servers}: {problem.str()}; create it first")


def _is_one(message: Message) -> bool:
    """Whether this is a message, and not word of a trouble that the client sees to."""
    problem = message.error()
    if problem is None:
        return True
    if problem.code() != KafkaError._PARTITION_EOF:
        _tell(problem)
    return False


def _tell(problem: KafkaError) -> None:
    logger.warning("Kafka: %s", problem.str())


def _tell_of_commit(problem: KafkaError | None, _offsets: list[TopicPartition]) -> None:
    if problem is not None:
        logger.warning(
            "Kafka: what was stored could not be committed (%s); should it come again, the lake "
            "knows it",
            problem.str(),
        )
