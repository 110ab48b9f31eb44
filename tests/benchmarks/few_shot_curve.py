"""Strict span F1 by number of examples a type: plain MiniLM beside the pre-trained checkpoint.

`make few-shot-curve` trains both on k~2k samples of each benchmark's train split, every one with
the settings that were tuned for it on dev, and scores the whole test split: the checkpoint with the
shipped recipe, the plain encoder with the best for each k of a grid, which `--grid` tries. Figures
are kept cell by cell, so that a stopped run goes on where it was; the table and the picture are
drawn from them.
"""

import argparse
import itertools
import json
import math
import os
import shutil
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import transformers

import assets
from engine.metrics import score
from engine.nuner import bases, kshot
from engine.nuner.checkpoint import load
from engine.nuner.finetune import Job, finetune
from engine.nuner.recipe import recipe
from engine.nuner.run_folder import load_run
from engine.nuner.tagger import EmbeddedTagger
from engine.types import AnnotatedText, EntityType, Span
from tests.benchmarks.curve_picture import page, picture, table

BUNDLE = assets.path("checkpoints", "nuner-compact")
PLAIN, OURS, ZERO = "plain MiniLM", "pre-trained", "zero-shot"
UNLABELLED = 200
"""Texts of the train split that the recipe may draw from without their labels."""
FULL = "full"
"""As much of the encoder as the base's recipe trains; the other part is the head alone."""
GRID = {FULL: ((1e-4, 3e-4, 1e-3), (200, 400)), "head": ((1e-3, 1e-2), (300, 900))}
"""Learning rates (of the layers, or of the head where it learns alone) and steps that are tried."""
GRID_TEXTS = 200
"""Texts of each dev split that a grid is scored on."""


def read(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans = tuple(Span(s["start"], s["end"], s["label"]) for s in row["spans"])
        yield AnnotatedText(row["text"], spans)


def types_of(folder):
    found = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    return [EntityType(0, code, one["name"], one["definition"]) for code, one in found.items()]


def plain_base(folder):
    """The backbone before our pre-training, in transformers' layout."""
    from transformers import PreTrainedTokenizerFast

    backbone = load(BUNDLE).model.backbone
    backbone.bert.save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=backbone.tokenizer,
        model_max_length=512,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
    ).save_pretrained(folder)
    return str(folder)


def sample(texts, types, k, seed):
    """Texts of a k~2k sample, by the sampler that `promote` uses."""
    counts = [Counter(s.label for s in one.spans) for one in texts]
    drawn = kshot.draw(counts, [t.code for t in types], k, seed=seed)
    return [texts[choice.index] for choice in drawn.chosen]


def f1(tagger, gold):
    tagged = [one.annotated() for one in tagger.tag(t.text for t in gold)]
    return score(gold, tagged, bootstrap=0).micro.f1


def trained(base, part, types, train, pool, seed, out, changes):
    """The tagger that a fine-tuning with the shipped recipe writes.

    The checkpoint's recipe is held to what it says of other texts of the pool, and it
    keeps the types that the sample has no example of: it tags them as before. An encoder cannot.
    """
    found = bases.find(base, BUNDLE)
    config = recipe(found.embedded, train, None if part == FULL else part)
    config = replace(config, seed=seed, folds=0, **changes)
    have = {s.label for t in train for s in t.spans}
    seen = [t for t in types if t.code in have or found.embedded]
    job = Job("curve", base, found.learner, seen, train, (), config, out)
    job = replace(job, keep_unseen=found.embedded)
    taken = {one.text for one in train}
    others = [one.text for one in pool[:UNLABELLED] if one.text not in taken]
    for _ in finetune(replace(job, unlabelled=others)):
        pass
    return load_run(out)


def settings(part, rate, steps, texts):
    """Settings of the plain encoder for a point of the grid."""
    named = {FULL: "learning_rate", "head": "head_learning_rate"}[part]
    return {named: rate, "epochs": math.ceil(steps / math.ceil(texts / 4))}


def means(grid):
    """Mean over the sets by (part, k, rate, steps), of points that all sets of the k have."""
    found = {}
    for key, one in grid.items():
        _, k, part, rate, steps = key.split("|")
        found.setdefault((part, int(k), float(rate), int(steps)), []).append(one)
    most = max(map(len, found.values()), default=0)
    return {point: statistics.mean(all_) for point, all_ in found.items() if len(all_) == most}


def chosen(grid, part, k):
    """Rate and steps with the best mean for a part and a k; None where none was tried."""
    of_k = {point: one for point, one in means(grid).items() if point[:2] == (part, k)}
    return max(of_k, key=of_k.__getitem__)[2:] if of_k else None


class Figures:
    """Scores by "set|k|model|part|seed", in a file that is written after each."""

    def __init__(self, place):
        self.place = place
        self.f1 = json.loads(place.read_text("utf-8")) if place.is_file() else {}

    def add(self, key, measure):
        if key in self.f1:
            return
        start = time.monotonic()
        self.f1[key] = measure()
        self.place.parent.mkdir(parents=True, exist_ok=True)
        self.place.write_text(json.dumps(self.f1, indent=1) + "\n", encoding="utf-8")
        print(f"{key:45s} {self.f1[key]:.3f}  {time.monotonic() - start:.0f} s", flush=True)


def measure(asked, figures, scratch):
    starts = {PLAIN: plain_base(scratch / "plain"), OURS: bases.EMBEDDED}
    kept = [name for name in asked.models.split(",") if name]
    grid = Figures(asked.out / "few_shot_grid.json").f1
    for seed in range(asked.seeds):
        for k in map(int, asked.ks.split(",")):
            for name in asked.sets.split(","):
                types = types_of(asked.data / name)
                pool = list(read(asked.data / name / "train.jsonl"))
                gold = list(read(asked.data / name / f"{asked.split}.jsonl"))[: asked.limit]
                figures.add(
                    f"{name}|0|{ZERO}||0",
                    lambda t=types, g=gold: f1(EmbeddedTagger.load(t, BUNDLE), g),
                )
                some = sample(pool, types, k, seed)
                for model in kept:
                    for part in asked.parts.split(","):
                        key = f"{name}|{k}|{model}|{part}|{seed}"
                        out = scratch / key.replace("|", "-")
                        point = chosen(grid, part, k) if model == PLAIN else None
                        best = settings(part, *point, len(some)) if point else {}
                        changes = best | asked.changes
                        run = (starts[model], part, types, some, pool, seed, out, changes)
                        figures.add(key, lambda r=run, g=gold: f1(trained(*r), g))


def try_grid(asked, grid, scratch):
    """Score every point of the grid on dev, with the first sample of each k."""
    base = plain_base(scratch / "plain")
    for k in map(int, asked.ks.split(",")):
        for name in asked.sets.split(","):
            types = types_of(asked.data / name)
            pool = list(read(asked.data / name / "train.jsonl"))
            gold = list(read(asked.data / name / "dev.jsonl"))[:GRID_TEXTS]
            some = sample(pool, types, k, 0)
            for part in asked.parts.split(","):
                for rate, steps in itertools.product(*GRID[part]):
                    key = f"{name}|{k}|{part}|{rate}|{steps}"
                    out = scratch / key.replace("|", "-")
                    changes = settings(part, rate, steps, len(some))
                    run = (base, part, types, some, pool, 0, out, changes)
                    grid.add(key, lambda r=run, g=gold: f1(trained(*r), g))


def main(arguments=None):
    asked = parse(arguments)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    figures, grid = (Figures(asked.out / f"few_shot_{name}.json") for name in ("curve", "grid"))
    with tempfile.TemporaryDirectory() as scratch:
        if asked.grid:
            try_grid(asked, grid, Path(scratch))
            return
        measure(asked, figures, Path(scratch))
    about = page(figures.f1, means(grid.f1))
    (asked.out / "few_shot_curve.md").write_text(about, encoding="utf-8")
    if browser := shutil.which("chromium"):  # kaleido looks for Chrome alone
        os.environ.setdefault("BROWSER_PATH", browser)
    picture(figures.f1).write_image(asked.out / "few_shot_curve.svg")
    print(table(figures.f1))


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of benchmark folders")
    parser.add_argument("--sets", default="wikigold,crossner_politics,wnut17")
    parser.add_argument("--ks", default="1,4,16,64")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--models", default=f"{PLAIN},{OURS}")
    parser.add_argument("--parts", default=f"{FULL},head", help="what learns: full, head")
    parser.add_argument("--split", default="test", choices=("dev", "test"))
    parser.add_argument("--limit", type=int, help="texts scored a set, all by default")
    parser.add_argument(
        "--changes", type=json.loads, default={}, help="JSON: settings unlike the recipe's"
    )
    parser.add_argument(
        "--grid", action="store_true", help="try the plain encoder's settings on dev, no more"
    )
    parser.add_argument("--out", type=Path, default=Path("build/few-shot-curve"))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
