"""A run that decodes spans, as transformers' pipeline loads it.

Transformers has no head like ours, so the folder of such a run carries a few lines of code that
name the classes here. `pipeline("token-classification", model=folder, trust_remote_code=True)`
imports them where NER Studio is installed, and answers what our own tagger says.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import Pipeline, PreTrainedConfig, PreTrainedModel

from engine.nuner.run_folder import FOR_TRANSFORMERS, load_run

if TYPE_CHECKING:
    from engine.protocols import Tagger
    from engine.types import Tagged


class RunConfig(PreTrainedConfig):  # type: ignore[no-untyped-call]
    """The config.json of a run; our own reader knows what is in it."""

    model_type = FOR_TRANSFORMERS["model_type"]


class RunModel(PreTrainedModel):  # type: ignore[no-untyped-call]
    """A tagger where transformers expects a model: a text in, what was found in it out.

    It tags on the processor, whichever device the pipeline is given.
    """

    config_class = RunConfig

    def __init__(self, config: RunConfig, tagger: Tagger) -> None:
        super().__init__(config)
        self.tagger = tagger
        # A pipeline asks its model's parameters where it is.
        self.placed = torch.nn.Parameter(torch.empty(0), requires_grad=False)

    @classmethod
    def from_pretrained(
        cls, pretrained_model_name_or_path: Any, *_: Any, config: Any = None, **__: Any
    ) -> RunModel:
        """The run in a folder. Raises CheckpointError."""
        return cls(config, load_run(Path(pretrained_model_name_or_path)))

    def forward(self, text: str) -> Tagged:
        """Tag a text."""
        (tagged,) = self.tagger.tag([text])
        return tagged


class RunPipeline(Pipeline):
    """Spans as dictionaries: entity_group, score, word, and start and end in code points."""

    _load_tokenizer = False  # type: ignore[assignment]

    def _sanitize_parameters(self, **_: Any) -> tuple[dict[str, Any], ...]:
        return {}, {}, {}

    def preprocess(self, input_: Any, **_: Any) -> dict[str, Any]:
        """A text on its way to the model."""
        return {"text": input_}

    def _forward(self, input_tensors: Any, **_: Any) -> Any:
        return {"tagged": self.model(input_tensors["text"])}

    def postprocess(self, model_outputs: Any, **_: Any) -> list[dict[str, Any]]:
        """What was found in a text, as the token classification pipeline puts it when it groups."""
        tagged: Tagged = model_outputs["tagged"]
        return [
            {
                "entity_group": one.label,
                "score": one.score,
                "word": one.surface,
                "start": one.span.start,
                "end": one.span.end,
            }
            for one in tagged.suggestions
            if one.span
        ]
