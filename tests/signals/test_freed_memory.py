"""What a process freed goes back to the system when it says so."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
from pathlib import Path
from signals.freed_memory import give_back_memory

def held():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

give_back_memory()
BLOCKS
blocks = blocks[::100]  # what stays keeps the rest from going back by itself
before = held()
give_back_memory()
print(before - held())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    "blocks",
    [
        'blocks = [b"x" * 60_000 for _ in range(3_000)]',
        """
import pyarrow as pa
blocks = [pa.array([b"x" * 60_000]) for _ in range(3_000)]
""",
    ],
    ids=["python", "arrow"],
)
def test_freed_memory_goes_back(blocks: str) -> None:
    script = SCRIPT.replace("BLOCKS", blocks)
    found = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )

    assert float(found.stdout) > 100
