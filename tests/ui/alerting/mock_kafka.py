"""The mock broker of librdkafka as a process of its own; run by tests, ends with its input."""

from __future__ import annotations

import sys

from confluent_kafka import Producer

if __name__ == "__main__":
    broker = Producer({"bootstrap.servers": "none:1", "test.mock.num.brokers": "1"})
    [found] = broker.list_topics(timeout=30).brokers.values()
    sys.stdout.write(f"{found.host}:{found.port}\n")
    sys.stdout.flush()
    sys.stdin.read()
