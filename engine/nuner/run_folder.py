"""A fine-tuning run on disk: one folder that tags on its own, no pickle.

    run.json           what it is: kind, base, entity types, settings
    config.json        shapes and label map
    model.safetensors  the weights
    tokenizer.json     the encoder's tokenizer
    types.json         the entity types, as the studio reads them
    report.json        how training went and what it scored
    README.md          the model card
    ner_studio_run.py  lets transformers load it ("spans" alone)

Two kinds: "spans" grew from the embedded checkpoint (a text encoder, class vectors, span decoding)
and is read by this module, to which a few lines of code lead transformers (see
`engine.nuner.run_pipeline`); "bio" grew from a hub encoder and is a token classification model of
transformers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from engine.errors import CheckpointError
from engine.nuner.backbone import SHAPE, empty_bert
from engine.nuner.checkpoint import READS
from engine.nuner.config import DecodeConfig, EncoderConfig, from_dict, to_dict
from engine.nuner.encoder import ROLES, TextEncoder
from engine.nuner.head import ClassHead
from engine.nuner.inference import WordScorer
from engine.nuner.packing import pack, unpack
from engine.nuner.tagger import SpanTagger, TypeRules
from engine.types import EntityType

if TYPE_CHECKING:
    from engine.protocols import Tagger

T = TypeVar("T")

LAYOUT = 1
"""Version of the folder's layout; a reader refuses one it does not know."""

RUN, CONFIG, WEIGHTS, TOKENIZER = "run.json", "config.json", "model.safetensors", "tokenizer.json"
TYPES, REPORT, CARD = "types.json", "report.json", "README.md"

LOADER = "ner_studio_run"
LOADER_CODE = '''"""Lets transformers load this run, where NER Studio is installed."""

try:
    from engine.nuner.run_pipeline import RunConfig, RunModel, RunPipeline
except ImportError as missing:
    raise ImportError("This run loads in transformers where NER Studio is installed.") from missing
'''
"""The module that transformers runs for whoever trusts the folder's code, and what it says."""

FOR_TRANSFORMERS: Mapping[str, Any] = {
    "model_type": "ner-studio-run",
    "auto_map": {
        "AutoConfig": f"{LOADER}.RunConfig",
        "AutoModelForTokenClassification": f"{LOADER}.RunModel",
    },
    "custom_pipelines": {
        "token-classification": {
            "impl": f"{LOADER}.RunPipeline",
            "pt": ["AutoModelForTokenClassification"],
            "type": "text",
        }
    },
}
"""What config.json says to transformers, in the words of its custom models."""

PICKLES = frozenset(
    (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".dill", ".npy", ".npz")
)
"""Endings of files that may hold a pickle, which can run anything when it is loaded."""


def refuse_pickles(folder: Path) -> None:
    """Refuse a model folder that holds a pickle, whether it would be loaded or not.

    Raises:
        CheckpointError: names the first such file.
    """
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PICKLES and path.is_file():
            raise CheckpointError(
                f"The folder {folder} holds {path.relative_to(folder)}, a pickle, which could run "
                f"anything when it is loaded; keep only the .safetensors weights in it."
            )


def is_run(folder: Path) -> bool:
    """Whether a folder holds a fine-tuning run."""
    return (folder / RUN).is_file()


def write_run(
    folder: Path,
    name: str,
    base: str,
    types: Sequence[EntityType],
    facts: Mapping[str, Any],
) -> None:
    """Say what the weights in a folder are; `facts` come from the learner's `write`."""
    listed = [{"code": t.code, "name": t.name, "definition": t.definition} for t in types]
    write_json(folder / TYPES, listed)
    write_json(
        folder / RUN,
        {"layout": LAYOUT, "name": name, "base": base, "types": listed, **facts},
    )


def write_spans(
    folder: Path,
    shape: Any,
    text: TextEncoder,
    head: ClassHead,
    tokenizer: Tokenizer,
    rules: TypeRules,
    decode: DecodeConfig,
) -> Mapping[str, Any]:
    """Write a text encoder and its head in half precision; returns the facts for `write_run`.

    Args:
        shape: transformers' configuration of the backbone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state = {f"text.{k}": v for k, v in text.state_dict().items()}
    state |= {f"head.{k}": v for k, v in head.state_dict().items()}
    save_file({k: v.cpu() for k, v in pack(state).items()}, folder / WEIGHTS)
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    config = {
        "backbone": {key: getattr(shape, key) for key in SHAPE},
        "encoder": to_dict(text.config),
        "decode": to_dict(decode),
        "roles": list(ROLES),
        "classes": len(head.vectors),
        **FOR_TRANSFORMERS,
    }
    write_json(folder / CONFIG, config)
    (folder / f"{LOADER}.py").write_text(LOADER_CODE, encoding="utf-8")
    kept = {
        "broader": rules.broader.tolist(),
        "rest": list(rules.rest),
        "named": rules.named.tolist(),
    }
    return {"kind": "spans", "rules": kept}


def load_run(folder: Path, threshold: float | None = None, device: str = "cpu") -> Tagger:
    """The tagger in a run's folder.

    Args:
        threshold: least score of a span, None for the run's own.

    Raises:
        CheckpointError: a file is missing or broken, the layout is unknown, or there is a pickle.
    """
    refuse_pickles(folder)
    if not is_run(folder):
        raise CheckpointError(f"The folder {folder} holds no fine-tuning run: {RUN} is missing.")
    return reading(folder, lambda: _load(folder, threshold, device))


def reading(folder: Path, read: Callable[[], T]) -> T:
    """Do some reading; whatever is wrong with the files becomes one sentence.

    Raises:
        CheckpointError: a file is missing, is no JSON, lacks a value or does not fit the others.
    """
    for name in (CONFIG, WEIGHTS, TOKENIZER):
        if not (folder / name).is_file():
            raise CheckpointError(f"The model folder {folder} is incomplete: {name} is missing.")
    try:
        return read()
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"The model in {folder} cannot be read: {error}.") from error
    except RuntimeError as error:
        raise CheckpointError(
            f"The weights in {folder} do not fit its config.json; it may be a mix of two models."
        ) from error


def _load(folder: Path, threshold: float | None, device: str) -> Tagger:
    run = json.loads((folder / RUN).read_text(encoding="utf-8"))
    if run["layout"] != LAYOUT:
        raise CheckpointError(
            f"The run in {folder} has layout {run['layout']}; this version reads {LAYOUT}."
        )
    types = [EntityType(0, t["code"], t["name"], t["definition"]) for t in run["types"]]
    name = f"run:{run['name']}"
    if run["kind"] == "spans":
        return _load_spans(folder, name, types, run["rules"], threshold, device)
    from engine.nuner.bio import load_bio

    return load_bio(folder, name, version(folder), types, run, threshold, device)


def _load_spans(
    folder: Path,
    name: str,
    types: Sequence[EntityType],
    kept: Mapping[str, Any],
    threshold: float | None,
    device: str,
) -> SpanTagger:
    text, head, tokenizer, decode = read_spans(folder)
    scorer = WordScorer(text, tokenizer, head, device)
    rules = rules_of(kept, len(types))
    return SpanTagger(name, version(folder), scorer, types, rules, decode, threshold)


def rules_of(kept: Mapping[str, Any], types: int) -> TypeRules:
    """The rules of some entity types, from their JSON values."""
    return TypeRules(
        np.asarray(kept["broader"], bool).reshape(types, types),
        tuple(kept["rest"]),
        np.asarray(kept["named"], bool),
    )


def read_spans(folder: Path) -> tuple[TextEncoder, ClassHead, Tokenizer, DecodeConfig]:
    """Read what `write_spans` wrote, in single precision and evaluation mode."""
    settings = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    state = unpack(load_file(folder / WEIGHTS))
    text = TextEncoder(
        empty_bert(settings["backbone"]), from_dict(EncoderConfig, settings["encoder"])
    )
    unmeasured = {k: v for k, v in text.state_dict().items() if k.startswith(READS)}
    text.load_state_dict(unmeasured | _under(state, "text."))
    count = int(settings["classes"])
    empty = torch.zeros(count, text.width), torch.zeros(len(ROLES), count), torch.zeros(len(ROLES))
    head = ClassHead(*empty)
    head.load_state_dict(_under(state, "head."))
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    return text.eval(), head, tokenizer, from_dict(DecodeConfig, settings["decode"])


def _under(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}


def version(folder: Path) -> str:
    """First 12 hex digits of the SHA-256 over what decides the spans of a run."""
    digest = hashlib.sha256()
    for name in (RUN, CONFIG, WEIGHTS, TOKENIZER):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:12]


def write_json(path: Path, value: Any) -> None:
    """Write JSON values beside their place and move them there: a reader never sees a half."""
    fresh = path.with_name(f"{path.name}.new")
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    fresh.write_text(text + "\n", encoding="utf-8")
    fresh.replace(path)
