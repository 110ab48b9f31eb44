"""Bases small enough to fine-tune in a second, and texts to do it with."""

import random
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaModel,
)

from engine.nuner import checkpoint
from engine.nuner.concepts import Taxonomy
from engine.nuner.config import DecodeConfig, EncoderConfig
from engine.nuner.model import Model
from engine.types import AnnotatedText, EntityType, Span
from tests.nuner import CITIES, DISHES, tiny_backbone, tiny_tokenizer

CITY = EntityType(0, "CITY", "city", "A named settlement.")
DISH = EntityType(0, "DISH", "dish", "A prepared plate.")
MEALS = (CITY, DISH)


def meals(count: int, seed: int = 0) -> list[AnnotatedText]:
    """Sentences about a dish and a city."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        city, dish = rng.choice(CITIES), rng.choice(DISHES)
        text = f"we ate {dish} in {city} and left."
        at, where = text.index(dish), text.index(city)
        spans = (Span(at, at + len(dish), "DISH"), Span(where, where + len(city), "CITY"))
        made.append(AnnotatedText(text, spans))
    return made


def tiny_bundle(folder: Path) -> Path:
    """An embedded checkpoint that has learnt nothing."""
    torch.manual_seed(0)
    model = Model.fresh(tiny_backbone(), EncoderConfig(window=48, window_overlap=12))
    model.eval()
    taxonomy = Taxonomy()
    for name in ("city", "dish", "place"):
        taxonomy.add(name)
    checkpoint.save(folder, model, taxonomy, DecodeConfig(), {})
    return folder


def tiny_bert(folder: Path, layers: int = 2) -> Path:
    """A BERT in transformers' layout, random."""
    torch.manual_seed(0)
    tokenizer = tiny_tokenizer()
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    special = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]"}
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=64, sep_token="[SEP]", **special
    ).save_pretrained(folder)
    return folder


def tiny_roberta(folder: Path) -> Path:
    """A RoBERTa in transformers' layout, random, with single bytes as sub-tokens."""
    torch.manual_seed(0)
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = [
        ("\u0120", letter) for letter in letters if letter != "\u0120"
    ]  # a space and a letter
    joined = [first + second for first, second in merges]
    vocab = {token: i for i, token in enumerate([*special, *letters, *joined])}
    tokenizer = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    config = RobertaConfig(
        vocab_size=len(vocab),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=130,
        pad_token_id=1,
    )
    RobertaModel(config, add_pooling_layer=False).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=128,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    ).save_pretrained(folder)
    return folder
