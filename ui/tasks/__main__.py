"""``python -m ui.tasks HOME JOB``: what the attendant of a server begins."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from ui.logs import LOG_FORMAT, LogFormat, set_up_log
from ui.tasks.work import work

if __name__ == "__main__":
    set_up_log(logging.WARNING, LogFormat(os.environ.get(LOG_FORMAT, LogFormat.TEXT)))
    work(Path(sys.argv[1]), sys.argv[2])
