"""The self-contained bundle: everything a compact NuNER needs, in one folder, no pickle.

    config.json            shapes, decoding settings, scores, the version of this layout
    base.safetensors       the backbone, also the studio's sentence embedder
    text.safetensors       the trained top of the text encoder, casing and projections
    concepts.safetensors   the concept encoder, and a vector for each known concept
    taxonomy.json          known concepts and what is broader
    tokenizer.json         the backbone's tokenizer

Base weights of the layers that the text encoder replaces serve sentence vectors alone and are
stored as int8 rows, like the word embeddings; all else is half precision.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from engine.errors import CheckpointError
from engine.nuner.backbone import SHAPE, Backbone, empty_bert
from engine.nuner.concepts import ConceptEncoder, Taxonomy
from engine.nuner.config import DecodeConfig, EncoderConfig, from_dict, to_dict
from engine.nuner.encoder import TextEncoder
from engine.nuner.model import Model
from engine.nuner.packing import big_table, pack, unpack

T = TypeVar("T")

LAYOUT = 1
"""Version of the folder's layout; a reader refuses one it does not know."""

FILES = (
    "config.json",
    "base.safetensors",
    "text.safetensors",
    "concepts.safetensors",
    "taxonomy.json",
    "tokenizer.json",
)
KNOWN = "known"
SMALL = (KNOWN, "hidden.weight", "out.weight")
"""What of the concept encoder is stored as int8 rows. [C]: the bundle stays below 45 MB."""
READS = "reads."
"""What `engine.nuner.reads` measured; a bundle may lack it, and then tags in bfloat16."""
TRAINED = ("top.", "casing.", "project.", READS)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A loaded checkpoint.

    Attributes:
        model: in evaluation mode, float32.
        decode: how scores become spans.
        taxonomy: known concepts; `known` holds their names in the order of `vectors`.
        vectors: (k, d) unit sentence vectors of the known names.
        version: first 12 hex digits of the SHA-256 over the files.
        card: what training noted: data, settings, scores.
    """

    model: Model
    decode: DecodeConfig
    taxonomy: Taxonomy
    known: tuple[str, ...]
    vectors: Tensor
    version: str
    card: Mapping[str, Any]


def save(
    folder: Path, model: Model, taxonomy: Taxonomy, decode: DecodeConfig, card: Mapping[str, Any]
) -> None:
    """Write a bundle; files that exist are replaced.

    Args:
        card: JSON values worth keeping: data sets, settings, scores.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = model.text.config
    known = sorted(taxonomy.broader)
    vectors = torch.from_numpy(model.backbone.embed(known))
    trained = {k: v for k, v in model.text.state_dict().items() if k.startswith(TRAINED)}
    concepts = dict(model.concepts.state_dict()) | {KNOWN: vectors}
    replaced = _replaced(config.frozen_layers)
    save_file(pack(model.backbone.bert.state_dict(), replaced), folder / "base.safetensors")
    save_file(pack(trained), folder / "text.safetensors")
    save_file(pack(concepts, SMALL.__contains__), folder / "concepts.safetensors")
    model.backbone.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    above = {name: list(taxonomy.broader[name]) for name in known}
    _write_json(folder / "taxonomy.json", above, indent=None)
    settings = {
        "layout": LAYOUT,
        "backbone": {key: getattr(model.backbone.bert.config, key) for key in SHAPE},
        "encoder": to_dict(config),
        "decode": to_dict(decode),
        "card": dict(card),
    }
    _write_json(folder / "config.json", settings)


def set_decode(folder: Path, decode: DecodeConfig, note: Mapping[str, Any]) -> None:
    """Change a bundle's decoding settings, and add a note on them to its card."""
    path = folder / "config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    card = settings["card"] | dict(note)
    _write_json(path, settings | {"decode": to_dict(decode), "card": card})


def load(folder: Path) -> Bundle:
    """Read a bundle.

    Raises:
        CheckpointError: a file is missing or broken, or the layout is unknown.
    """
    return _reading(folder, _load)


def load_backbone(folder: Path) -> Backbone:
    """Read a bundle's base encoder alone: the studio's sentence embedder.

    Raises:
        CheckpointError: as `load`.
    """
    return _reading(folder, lambda folder: _backbone(folder, _settings(folder)))


def _reading(folder: Path, read: Callable[[Path], T]) -> T:
    """Read from a bundle; whatever is wrong with it is told in a sentence."""
    for name in FILES:
        if not (folder / name).is_file():
            raise CheckpointError(f"The model folder {folder} is incomplete: {name} is missing.")
    try:
        return read(folder)
    except (SafetensorError, json.JSONDecodeError, UnicodeDecodeError, KeyError) as error:
        raise CheckpointError(f"The model in {folder} cannot be read: {error}.") from error
    except RuntimeError as error:
        raise CheckpointError(
            f"The weights in {folder} do not fit its config.json; it may be a mix of two models."
        ) from error


def _settings(folder: Path) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if settings["layout"] != LAYOUT:
        raise CheckpointError(
            f"The model in {folder} has layout {settings['layout']}; this version reads {LAYOUT}."
        )
    return settings


def _backbone(folder: Path, settings: Mapping[str, Any]) -> Backbone:
    bert = empty_bert(settings["backbone"])
    bert.load_state_dict(unpack(load_file(folder / "base.safetensors")))
    return Backbone(bert, Tokenizer.from_file(str(folder / "tokenizer.json")))


def _load(folder: Path) -> Bundle:
    settings = _settings(folder)
    config = from_dict(EncoderConfig, settings["encoder"])
    backbone = _backbone(folder, settings)
    text = TextEncoder(backbone.trainable_copy(), config)
    missing = text.load_state_dict(unpack(load_file(folder / "text.safetensors")), strict=False)
    needed = tuple(prefix for prefix in TRAINED if prefix != READS)
    lacking = [k for k in missing.missing_keys if k.startswith(needed)]
    if lacking or missing.unexpected_keys:
        raise KeyError(", ".join([*lacking, *missing.unexpected_keys]))
    concepts = ConceptEncoder(text.width, config)
    weights = unpack(load_file(folder / "concepts.safetensors"))
    vectors = weights.pop(KNOWN)
    concepts.load_state_dict(weights)
    above = json.loads((folder / "taxonomy.json").read_text(encoding="utf-8"))
    taxonomy = Taxonomy({name: tuple(broader) for name, broader in above.items()})
    model = Model(backbone, text, concepts)
    model.eval()
    return Bundle(
        model,
        from_dict(DecodeConfig, settings["decode"]),
        taxonomy,
        tuple(above),
        torch.nn.functional.normalize(vectors, dim=-1),
        version(folder),
        settings["card"],
    )


def version(folder: Path) -> str:
    """First 12 hex digits of the SHA-256 over a bundle's files, in their fixed order."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:12]


def _replaced(frozen: int) -> Any:
    """The rule for int8 in the base weights: word embeddings, and layers not shared."""
    layer = re.compile(r"encoder\.layer\.(\d+)\..*weight$")

    def rule(name: str) -> bool:
        found = layer.match(name)
        return big_table(name) or bool(found and int(found.group(1)) >= frozen)

    return rule


def _write_json(path: Path, value: Any, indent: int | None = 1) -> None:
    apart = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=apart, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
