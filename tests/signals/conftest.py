"""A tiny encoder in Hugging Face layout, and the demo shop in a lake, scored as it was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from signals import SCORES, Col, DemoWorld, Lake, build_demo_world

if TYPE_CHECKING:
    from pathlib import Path

WORDS = (
    "<s> <pad> </s> <unk> ▁passage: ▁query: ▁good ▁bad ▁plain ▁tea ▁cup ▁lid ▁very ▁not ▁box ▁red"
)


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a random BERT of three layers, 32 wide, that knows sixteen words."""
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


@pytest.fixture(scope="session")
def demo() -> DemoWorld:
    """The default demo world; do not change its frames."""
    return build_demo_world()


@pytest.fixture(scope="session")
def demo_lake(demo: DemoWorld, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake with the demo world; the model ``meant`` scored its documents as they were meant."""
    lake = Lake(tmp_path_factory.mktemp("demo-lake"))
    said = demo.truth.documents
    meant = pd.DataFrame(
        {
            Col.DOC_ID: said[Col.DOC_ID],
            Col.MODEL_ID: "meant",
            Col.TEXT_HASH: demo.documents[Col.TEXT_HASH],
            Col.P_NEG: (said[Col.POLARITY] < 0).astype(float),
            Col.P_NEU: (said[Col.POLARITY] == 0).astype(float),
            Col.P_POS: (said[Col.POLARITY] > 0).astype(float),
            Col.POLARITY: said[Col.POLARITY].astype(float),
        }
    )
    with lake.batch() as batch:
        for table, frame in demo.feeds:
            batch.add(table, frame)
        batch.add(SCORES, meant)
    return lake
