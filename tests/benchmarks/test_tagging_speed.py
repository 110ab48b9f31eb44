"""Embedded tagging beside transformers' own pipeline: same encoder size, texts and machine.

Run with `make bench`; nothing here asserts a time, the tables are for people.
"""

import json
import os
import random
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
import torch
from tokenizers import ByteLevelBPETokenizer
from tokenizers.processors import RobertaProcessing
from transformers import (
    BertConfig,
    BertForTokenClassification,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForTokenClassification,
    pipeline,
)

import assets
from engine.nuner.backbone import SHAPE
from engine.nuner.bio import BioModel, labels_of, write_bio
from engine.nuner.inference import has_bfloat16
from engine.nuner.run_folder import is_run, load_run, write_run
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


def small(folder):
    """What transformers needs to run an encoder of the embedded size."""
    config = BertConfig(**SHAPE, num_labels=13)
    BertForTokenClassification(config).save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(BUNDLE / "tokenizer.json"), pad_token="[PAD]", model_max_length=512
    )
    tokenizer.save_pretrained(folder)


def large(folder):
    """A finished run of RoBERTa-base's size with random weights; its sub-tokens are the demo's."""
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    learnt = ByteLevelBPETokenizer(add_prefix_space=True)
    learnt.train_from_iterator(some_texts(600), vocab_size=8000, special_tokens=special)
    learnt.post_processor = RobertaProcessing(("</s>", 2), ("<s>", 0))
    named = dict(zip(("bos", "pad", "eos", "unk", "mask"), special, strict=True))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=learnt._tokenizer,
        model_max_length=512,
        cls_token="<s>",
        sep_token="</s>",
        **{f"{name}_token": token for name, token in named.items()},
    )
    labels = dict(enumerate(labels_of([one.code for one in demo_types()])))
    config = RobertaConfig(
        vocab_size=50265,
        max_position_embeddings=514,
        type_vocab_size=1,
        id2label=labels,
        label2id={name: i for i, name in labels.items()},
    )
    model = BioModel(RobertaForTokenClassification(config))
    write_run(
        folder, "large", "roberta", demo_types(), write_bio(folder, model, tokenizer, (192, 48))
    )


def by_pipeline(folder, texts):
    """Tag as transformers' users do: float32, batches of 32 texts as they come."""
    made = pipeline("token-classification", model=str(folder), aggregation_strategy="simple")
    list(made(texts[:32], batch_size=32))
    return timed(lambda: list(made(texts, batch_size=32)))


def by_us(folder, texts):
    """Tag with the embedded checkpoint, or with the run in the folder."""
    run = is_run(folder)
    tagger = load_run(folder) if run else EmbeddedTagger.load(demo_types(), BUNDLE)
    list(tagger.tag(texts[:32]))
    return timed(lambda: list(tagger.tag(texts)))


def alone(way, folder, texts):
    """Seconds and peak MiB of a way of tagging, in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(measured, way, folder, texts).result()


def measured(way, folder, texts):
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    seconds = min(way(folder, texts) for _ in range(2))
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("build", "count"), [(small, 600), (large, 120)])
def test_tagging_beside_the_transformers_pipeline(build, count, tmp_path, capsys):
    texts = some_texts(count)
    build(tmp_path)
    slow, theirs = alone(by_pipeline, tmp_path, texts)
    fast, ours = alone(by_us, tmp_path, texts)
    with capsys.disabled():
        print(f"\n{build.__doc__.splitlines()[0]}\n{count} texts                texts/s  peak MiB")
        print(f"transformers pipeline, fp32  {count / slow:8.0f}  {theirs:8.0f}")
        print(f"ours                         {count / fast:8.0f}  {ours:8.0f}")
        print(f"ratio                        {slow / fast:8.2f}")


def test_share_of_the_peak_of_this_machine(capsys):
    texts = some_texts(600)
    tagger = EmbeddedTagger.load(demo_types(), BUNDLE)
    list(tagger.tag(texts[:64]))
    fast = min(timed(lambda: list(tagger.tag(texts))) for _ in range(3))
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(BUNDLE / "tokenizer.json"))
    tokens = sum(len(t) for t in tokenizer(texts)["input_ids"])
    flops = tokens * 6 * 2 * (4 * 384**2 + 2 * 384 * 1536)
    with capsys.disabled():
        print(f"\nshare of the matrix-multiply peak: {flops / fast / matmul_peak():8.1%}")


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
