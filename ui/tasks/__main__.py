"""``python -m ui.tasks HOME JOB``: what the attendant of a server begins."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from ui.tasks.work import work

if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    work(Path(sys.argv[1]), sys.argv[2])
