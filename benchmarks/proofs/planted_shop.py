"""A thousand identifiers through the whole product, and every byte it wrote searched for them.

Reviews that hold them are brought in by the commands, some in rows that are refused; they are
scored, forecast from, searched for alerts and indexed; questions are asked in three languages, also
with a chat model that repeats what it is told; reports are written. What the commands print, the
logs at their finest, the prompts, the reports and every file of the workspace are searched, tables
and archives decoded. Then an author is forgotten, and at last the key of the raw texts destroyed.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from proofs.searched import decoded, holders, is_in
from proofs.shop_files import AUTHOR, OWN_WORDS, PRODUCTS, planted_files
from proofs.shop_use import Use
from reporting import Figure

from agent import Analyst, Desk, obedient
from forecasting import latest_run
from retrieval import open_index
from signals import DOCUMENTS, SCORES, Col, GroundswellError, Lake, find_writings, raw_text
from ui.settings import load_settings
from ui.wiring import (
    make_actor,
    make_conversation,
    make_encoder,
    make_keyring,
    make_memory,
    make_whose,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofs.size import Size

    from ui.settings import Settings

_SETTINGS: Final = (
    'scorer = "lexicon"\nencoder = "hashing"\nexperts = "last four periods,seasonal naive"\n'
    'origins = 2\nhorizon = 3\nkeep_raw = "encrypted"\n'
)
_OPENED: Final = 25
_QUESTIONS: Final = (
    "What are people saying about PulseBand?",
    "人们对灵动手环怎么说？",
    "O que dizem sobre Café Torrado?",
    "What do customers write about the refund of PulseBand?",
    "Why is the forecast for PulseBand what it is?",
)


def prove_shop(size: Size) -> Iterator[Figure]:
    """Yield what is found of identifiers, of an author before and after, and of raw texts."""
    with tempfile.TemporaryDirectory(prefix="groundswell-privacy-") as folder:
        shop = PlantedShop(Path(folder), size.pick(1_000, 60))
        shop.fill()
        yield from shop.search()
        yield from shop.forget()
        yield from shop.shred()


class PlantedShop:
    """A workspace whose reviews came with personal data.

    Parameters
    ----------
    folder
        Empty; holds the workspace and, beside it, what came in and what was written for people.
    count
        Identifiers to plant.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self.home = folder / "shop"
        self._outside = folder / "outside"
        self._key = folder / "raw.key"
        self._files, self.secrets = planted_files(count)
        self._use = Use(self.home, self._outside)
        self._prompts = ""

    @property
    def settings(self) -> Settings:
        """Of the workspace."""
        return load_settings(self.home)

    def fill(self) -> None:
        """Bring everything in, run, ask and report, by the commands a person uses."""
        self.home.mkdir()
        with self._use.logged():
            self._use.call("raw", "new-key", str(self._key), at_home=False)
            told = f"{_SETTINGS}raw_key_file = {json.dumps(str(self._key))}\n"
            (self.home / "settings.toml").write_text(told, encoding="utf-8")
            for name, text in self._files.items():
                self._use.ingest(name, text)
            self._use.call("quality")
            self._use.call("run")
            for question in _QUESTIONS:
                self._use.call("ask", question)
            self._use.call("ask", _QUESTIONS[0], "--json")
            self._use.call("alerts", "list")
            for ending in ("html", "xlsx", "csv"):
                report = self._outside / f"report.{ending}"
                self._use.call("report", PRODUCTS["P1"], "--out", str(report))
            self._prompts = self._ask_a_model()

    def search(self) -> Iterator[Figure]:
        """Look for the identifiers in all that was kept, written, printed, logged and prompted."""
        told = [self._prompts.encode(), self._use.printed.encode()]
        everything = [*told, *decoded(self._use.log)]
        for file in self._everywhere():
            everything += decoded(file)
        found = [secret for secret in self.secrets if is_in(secret, everything)]
        yield Figure("identifiers planted", len(self.secrets), "identifiers", "higher")
        yield Figure("searched", sum(map(len, everything)) / 1e6, "MB", "higher")
        yield Figure("identifiers found in any of it", len(found), "identifiers", reach=0)

    def forget(self) -> Iterator[Figure]:
        """Forget an author by the command, and look for them in every file of the workspace."""
        stand_in = find_writings(Lake(self.settings.workspace.lake), AUTHOR).author
        words = (AUTHOR, OWN_WORDS, stand_in)
        before = holders(words, self.home)
        erasure = self._use.json("forget", AUTHOR, "--yes")
        yield Figure("files that hold an author", len(before), "files", "higher", 2)
        yield Figure("traces erased", sum(erasure["found"].values()), "rows", "higher", 3)
        yield Figure(
            "traces that the command still finds", sum(erasure["left"].values()), "rows", reach=0
        )
        after = holders(words, self.home)
        yield Figure("files that still hold the author", len(after), "files", reach=0)

    def shred(self) -> Iterator[Figure]:
        """Change the key of the raw texts, then destroy it."""
        self._use.call("raw", "rotate")
        yield Figure("raw texts read with a new key", self._readable(), "texts", "higher", 1)
        self._use.call("raw", "shred", "--yes")
        self._use.call("raw", "new-key", str(self._key), at_home=False)
        yield Figure("raw texts read without their key", self._readable(), "texts", reach=0)
        scores = len(Lake(self.settings.workspace.lake).read(SCORES, columns=[Col.DOC_ID]))
        yield Figure("scores that stay", scores, "rows", "higher", 1)

    def _readable(self) -> int:
        """Count the documents whose original says more than what is stored."""
        lake, keyring = Lake(self.settings.workspace.lake), make_keyring(self.settings)
        readable = 0
        stored = lake.read(DOCUMENTS, columns=[Col.DOC_ID, Col.TEXT]).head(_OPENED)
        for doc_id, text in stored[[Col.DOC_ID, Col.TEXT]].itertuples(index=False):
            try:
                readable += raw_text(lake, doc_id, keyring) != text
            except GroundswellError:
                continue
        return readable

    def _ask_a_model(self) -> str:
        """Ask with a chat model that obeys all it reads; returns all it was shown."""
        settings = self.settings
        lake, model = Lake(settings.workspace.lake), obedient()
        retriever = open_index(settings.workspace.index, make_encoder(settings))
        desk = Desk(lake, retriever, latest_run(lake), models=settings.workspace.models)
        talk = make_conversation(
            Analyst(desk, model), make_memory(settings), make_whose(settings, make_actor(settings))
        )
        for question in _QUESTIONS:
            talk.ask(question)
        return model.shown

    def _everywhere(self) -> list[Path]:
        """List the files of the workspace and the reports."""
        return [
            file
            for file in [*self.home.rglob("*"), *self._outside.glob("report.*")]
            if file.is_file()
        ]
