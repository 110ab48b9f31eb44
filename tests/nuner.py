"""A NuNER small enough to train in a second: a random BERT of four layers and 200 words."""

import gzip
import json
import random
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from engine.nuner.backbone import SHAPE, Backbone, empty_bert

CITIES = ["Vienna", "Porto", "Tartu", "Ghent", "Lucca", "Bergen", "Kyoto", "Quito"]
DISHES = ["goulash", "ramen", "paella", "pierogi", "laksa", "fondue", "ceviche", "dolma"]
PLAIN = ["the", "in", "we", "ate", "a", "fine", "plate", "of", "and", "left", "for", ".", ","]
NAMES = ["city", "dish", "place", "food", "location", "named", "prepared", "settlement", "kind"]


def tiny_tokenizer() -> Tokenizer:
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    words = [w.lower() for w in CITIES + DISHES + PLAIN + NAMES]
    vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words, *letters]
    vocab += [f"##{c}" for c in letters] + list("0123456789'-!?:;()")
    at = {w: i for i, w in enumerate(dict.fromkeys(vocab))}
    tokenizer = Tokenizer(models.WordPiece(at, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", at["[CLS]"]), ("[SEP]", at["[SEP]"])]
    )
    return tokenizer


def tiny_backbone() -> Backbone:
    torch.manual_seed(0)
    tokenizer = tiny_tokenizer()
    small = {
        "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": 32,
        "num_hidden_layers": 4,
        "num_attention_heads": 2,
        "intermediate_size": 64,
    }
    return Backbone(empty_bert(SHAPE | small), tokenizer)


def write_sets(folder: Path, texts: int = 60) -> Path:
    """A free-form set with broader concepts and a closed set, both tiny."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(0)
    rows = []
    for _ in range(texts):
        city, dish = rng.choice(CITIES), rng.choice(DISHES)
        text = f"we ate {dish} in {city} and left."
        rows.append((text, [(text.index(dish), dish, "dish"), (text.index(city), city, "city")]))
    with gzip.open(folder / "open_types.jsonl.gz", "wt") as out:
        for text, spans in rows:
            found = [{"start": s, "end": s + len(w), "label": k} for s, w, k in spans]
            out.write(json.dumps({"text": text, "spans": found}) + "\n")
    concepts = [
        {"name": "city", "hypernyms": ["location"], "definition": "A named settlement."},
        {"name": "dish", "hypernyms": ["food"], "definition": "A prepared plate."},
    ]
    lines = "".join(json.dumps(c) + "\n" for c in concepts)
    (folder / "open_types.concepts.jsonl").write_text(lines)
    closed = folder / "broad_twitter.jsonl"
    text = "we left for Porto, Kyoto."
    spans = [{"start": 12, "end": 17, "label": "LOC"}, {"start": 19, "end": 24, "label": "LOC"}]
    closed.write_text((json.dumps({"text": text, "spans": spans}) + "\n") * 10)
    labels = {"LOC": {"name": "location", "definition": "A place."}}
    (folder / "broad_twitter.labels.json").write_text(json.dumps(labels))
    return folder
