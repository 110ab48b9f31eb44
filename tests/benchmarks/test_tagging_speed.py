"""Embedded tagging beside transformers' own pipeline: same encoder size, texts and machine.

Run with `make bench`; nothing here asserts a time, the tables are for people.
"""

import json
import os
import random
import resource
import time

import pytest
import torch
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast, pipeline

import assets
from engine.nuner.backbone import SHAPE
from engine.nuner.inference import has_bfloat16
from engine.nuner.tagger import EmbeddedTagger
from engine.types import EntityType
from studio import typesets

pytestmark = pytest.mark.bench
BUNDLE = assets.path("checkpoints", "nuner-compact")


def some_texts(count: int, seed: int = 0) -> list[str]:
    """Sentences of 8 to 45 words, made of the words of the demo."""
    lines = assets.path("demo", "texts.jsonl").read_text(encoding="utf-8").splitlines()
    words = " ".join(json.loads(line)["text"] for line in lines).split()
    rng = random.Random(seed)
    return [" ".join(rng.choices(words, k=rng.randint(8, 45))) for _ in range(count)]


def demo_types() -> tuple[EntityType, ...]:
    return typesets.read(assets.path("demo", "types.yaml"))


def matmul_peak() -> float:
    """Multiply-adds a second of one large product, in floating point operations."""
    kind = torch.bfloat16 if has_bfloat16() else torch.float32
    a = torch.randn(2048, 2048).to(kind)
    best = min(timed(lambda: a @ a) for _ in range(8))
    return 2 * 2048**3 / best


def timed(run) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


@pytest.fixture(scope="module", autouse=True)
def all_cores():
    torch.set_num_threads(len(os.sched_getaffinity(0)))


def test_tagging_beside_the_transformers_pipeline(capsys):
    texts = some_texts(600)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(BUNDLE / "tokenizer.json"), pad_token="[PAD]", model_max_length=512
    )
    config = BertConfig(**SHAPE, num_labels=13)
    model = BertForTokenClassification(config).eval()
    theirs = pipeline(
        "token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="simple"
    )
    tagger = EmbeddedTagger.load(demo_types(), BUNDLE)
    list(theirs(texts[:64], batch_size=32))
    list(tagger.tag(texts[:64]))
    slow = min(timed(lambda: list(theirs(texts, batch_size=32))) for _ in range(2))
    fast = min(timed(lambda: list(tagger.tag(texts))) for _ in range(3))
    tokens = sum(len(t) for t in tokenizer(texts)["input_ids"])
    flops = tokens * 6 * 2 * (4 * 384**2 + 2 * 384 * 1536)
    with capsys.disabled():
        print(f"\ntransformers pipeline, fp32, batch 32: {len(texts) / slow:8.0f} texts/s")
        print(f"embedded tagger:                       {len(texts) / fast:8.0f} texts/s")
        print(f"ratio:                                 {slow / fast:8.2f}")
        print(f"share of the matrix-multiply peak:     {flops / fast / matmul_peak():8.1%}")


@pytest.mark.timeout(1800)
def test_cost_grows_with_the_number_of_texts_alone(capsys):
    tagger = EmbeddedTagger.load(demo_types(), BUNDLE)
    list(tagger.tag(some_texts(64)))
    rows = []
    for count in (10_000, 100_000):
        texts = some_texts(count)
        seconds = timed(lambda texts=texts: sum(1 for _ in tagger.tag(texts)))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows.append((count, seconds, count / seconds, memory))
    with capsys.disabled():
        print("\n  texts   seconds  texts/s  peak MiB")
        for count, seconds, rate, memory in rows:
            print(f"{count:7d}  {seconds:8.1f}  {rate:7.0f}  {memory:8.0f}")
