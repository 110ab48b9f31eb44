"""The two encoders together, over one frozen backbone."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from engine.nuner.backbone import Backbone
from engine.nuner.concepts import ConceptEncoder
from engine.nuner.config import EncoderConfig
from engine.nuner.encoder import TextEncoder


@dataclass(slots=True)
class Model:
    """A text encoder and a concept encoder over one frozen backbone."""

    backbone: Backbone
    text: TextEncoder
    concepts: ConceptEncoder

    @classmethod
    def fresh(cls, backbone: Backbone, config: EncoderConfig) -> Model:
        """A model that has learnt nothing yet: the backbone's own vectors."""
        text = TextEncoder(backbone.trainable_copy(), config)
        text.top.requires_grad_(True)
        for name, module in text.top.named_modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0 if name.endswith("attention.self.dropout") else config.layer_dropout
            if hasattr(module, "dropout_prob"):
                setattr(module, "dropout_prob", 0.0)  # noqa: B010 - attention's own
        return cls(backbone, text, ConceptEncoder(text.width, config))

    def to(self, device: torch.device) -> None:
        """Move everything to a device."""
        for module in (self.backbone.bert, self.text, self.concepts):
            module.to(device)

    def train(self) -> None:
        """Make both encoders ready to learn."""
        self.text.train()
        self.concepts.train()

    def eval(self) -> None:
        """Make both encoders ready to be used: no dropout."""
        self.text.eval()
        self.concepts.eval()
