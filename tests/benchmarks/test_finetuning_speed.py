"""Fine-tuning beside transformers' Trainer: same encoder, texts, labels, steps and batch size.

Run with `make bench`, on one core; nothing here asserts a time, the table is for people. Seconds
are those of the processor, which other work on the machine hardly changes.
"""

import json
import random
import time
from dataclasses import replace

import pytest
import torch
import transformers
from transformers import (
    DataCollatorForTokenClassification,
    PrinterCallback,
    Trainer,
    TrainingArguments,
)

import assets
from engine.metrics import score
from engine.nuner import bases
from engine.nuner.bio import BioModel, BioTagger, core, labels_of
from engine.nuner.bio_learner import bio_labels, load_base
from engine.nuner.devices import pick
from engine.nuner.finetune import Job, finetune
from engine.nuner.inference import has_bfloat16
from engine.nuner.recipe import FinetuneConfig
from engine.nuner.rows import label
from engine.nuner.run_folder import load_run
from engine.types import AnnotatedText, EntityType, Span
from tests.benchmarks.few_shot_curve import plain_base

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1200)]
KINDS = ("person", "organization", "location", "creative work")
"""Broad types that the finer ones of our own texts are counted under."""
TYPES = [EntityType(0, kind.upper().replace(" ", "_"), kind, "") for kind in KINDS]
TEXTS, EPOCHS, BATCH, RATE = 100, 20, 8, 2e-4
SEEDS = 2
CONFIG = FinetuneConfig(
    train="all",
    epochs=EPOCHS,
    batch_texts=BATCH,
    learning_rate=RATE,
    head_learning_rate=RATE,
    folds=0,
)


def our_texts():
    """The texts written for the checkpoint, with broad types."""
    folder = assets.path("pretrain")
    above = {}
    for line in (folder / "everyday_types.concepts.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        above[row["name"]] = {row["name"], *row["hypernyms"]}
    codes = {kind: one.code for kind, one in zip(KINDS, TYPES, strict=True)}
    for line in (folder / "everyday_types.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        spans = []
        for s in row["spans"]:
            broad = next((k for k in KINDS if k in above.get(s["label"], ())), None)
            if broad:
                spans.append(Span(s["start"], s["end"], codes[broad]))
        if spans:
            yield AnnotatedText(row["text"], tuple(spans))


@pytest.fixture(scope="module")
def texts():
    found = list(our_texts())
    random.Random(0).shuffle(found)
    return found[:TEXTS], found[TEXTS : TEXTS + 400]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    return plain_base(tmp_path_factory.mktemp("plain"))


def f1(tagger, gold):
    tagged = [one.annotated() for one in tagger.tag(t.text for t in gold)]
    return score(gold, tagged, bootstrap=0).micro.f1


def ours(base, train, out, seed):
    """Seconds from the base to the run's folder, as the studio trains."""
    start = time.process_time()
    make, config = bases.find(base, out).learner, replace(CONFIG, seed=seed)
    for _ in finetune(Job("ours", base, make, TYPES, train, (), config, out, "cpu")):
        pass
    return time.process_time() - start, load_run(out)


def theirs(base, train, out, seed, half):
    """Seconds from the base to the saved model, as transformers' guide to token tagging does it."""
    start = time.process_time()
    torch.manual_seed(seed)
    net, tokenizer = load_base(base, labels_of([t.code for t in TYPES]))
    words = core(tokenizer)
    settings = TrainingArguments(
        output_dir=str(out),
        num_train_epochs=EPOCHS,
        per_device_train_batch_size=BATCH,
        learning_rate=RATE,
        weight_decay=CONFIG.weight_decay,
        warmup_steps=CONFIG.warmup,
        max_grad_norm=CONFIG.clip,
        bf16=half,
        use_cpu=True,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        seed=seed,
    )
    rows = [labelled(row) for row in label(train, [t.code for t in TYPES], words, 500, 0).rows]
    collate = DataCollatorForTokenClassification(tokenizer)
    trainer = Trainer(net, settings, train_dataset=rows, data_collator=collate)
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    net.save_pretrained(out)
    tokenizer.save_pretrained(out)
    seconds = time.process_time() - start
    return seconds, BioTagger("theirs", "", BioModel(net), words, TYPES, (500, 0), pick("cpu"))


def labelled(row):
    """A training row as the Trainer wants it: words are labelled at their first sub-token."""
    labels = [-100] * len(row.ids)
    for at, name in zip(row.word_at, bio_labels(row), strict=True):
        labels[at] = int(name)
    return {"input_ids": row.ids.tolist(), "labels": labels}


def test_fine_tuning_beside_the_transformers_trainer(texts, base, tmp_path, capsys):
    train, gold = texts
    ways = {"Trainer, float32": lambda *a: theirs(*a, False), "ours": ours}
    if has_bfloat16():
        ways["Trainer, bfloat16"] = lambda *a: theirs(*a, True)
    ours(base, train[:8], tmp_path / "warm", 0)
    found = {name: [] for name in ways}
    for seed in range(SEEDS):
        for name, way in ways.items():
            seconds, tagger = way(base, train, tmp_path / f"{name}-{seed}", seed)
            found[name].append((seconds, f1(tagger, gold)))
    fast = min(seconds for seconds, _ in found["ours"])
    with capsys.disabled():
        print(f"\n{TEXTS} texts, {EPOCHS} epochs, batches of {BATCH:<6d} seconds     F1  ratio")
        for name, rows in found.items():
            seconds, mean = min(s for s, _ in rows), sum(f for _, f in rows) / len(rows)
            print(f"{name:36s} {seconds:9.1f}  {mean:.3f}  {seconds / fast:5.2f}")
