"""A model of sentence-transformers small enough to make in a test, with weights from a seed."""

from __future__ import annotations

from pathlib import Path


def make(folder: Path, dimensions: int = 8) -> Path:
    """Write the model into a folder, as sentence-transformers saves one."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    words = [
        "[PAD]",
        "[UNK]",
        "Ann",
        "Bo",
        "went",
        "to",
        "Oslo",
        "Lima",
        "in",
        "spring",
        ".",
        "soup",
    ]
    known = Tokenizer(WordLevel({word: n for n, word in enumerate(words)}, unk_token="[UNK]"))
    known.pre_tokenizer = Whitespace()
    tokens = PreTrainedTokenizerFast(
        tokenizer_object=known, pad_token="[PAD]", unk_token="[UNK]", model_max_length=32
    )
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=dimensions,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=32,
    )
    encoder = folder / "encoder"
    BertModel(config).save_pretrained(encoder)
    tokens.save_pretrained(encoder)
    reads = Transformer(str(encoder))
    whole = folder / "model"
    SentenceTransformer(modules=[reads, Pooling(dimensions)], device="cpu").save(str(whole))
    return whole
