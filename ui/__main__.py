"""``python -m ui`` is ``groundswell``."""

from __future__ import annotations

from ui.cli import main

main()
