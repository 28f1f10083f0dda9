"""A tiny encoder in Hugging Face layout: everything of e5 but its size and its knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

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
