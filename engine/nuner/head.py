"""The class vectors: what words are scored against once the entity types are known.

They start as the concept vectors of the types' definitions, so that a tagger works before it has
seen an example, and learn from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor, nn

from engine.nuner.concepts import ConceptEncoder
from engine.nuner.encoder import ROLES, TextEncoder


class ClassHead(nn.Module):
    """(w, d) word vectors a role -> (roles, w, n) logits.

    Attributes:
        vectors: (n, d) one a class, trained.
        bias: (roles, n), trained.
        sharpness: (roles,) the pre-trained scale, kept.
    """

    def __init__(self, vectors: Tensor, bias: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.vectors = nn.Parameter(vectors.clone())
        self.bias = nn.Parameter(bias.clone())
        self.sharpness: Tensor
        self.register_buffer("sharpness", scale.clone())

    @classmethod
    def of(cls, concepts: ConceptEncoder, vectors: Tensor) -> ClassHead:
        """The head that scores as the concept encoder does."""
        bias = concepts.bias.detach()[:, None].expand(-1, len(vectors))
        return cls(vectors, bias, concepts.scale.detach())

    def forward(self, roles: Mapping[str, Tensor]) -> Tensor:
        """Logits of every word for every role and class."""
        stacked = torch.stack([roles[role] for role in ROLES])
        raw = stacked @ self.vectors.T / stacked.shape[-1] ** 0.5
        scaled: Tensor = raw * self.sharpness[:, None, None] + self.bias[:, None, :]
        return scaled

    @torch.no_grad()
    def folded(self, text: TextEncoder) -> tuple[Tensor, Tensor]:
        """Projections, vectors, scale and bias as one matrix: (roles * n, d) and (roles * n,)."""
        weights: list[Tensor] = []
        biases: list[Tensor] = []
        for i, role in enumerate(ROLES):
            project = cast(nn.Linear, text.project[role])
            scale = self.sharpness[i] / text.width**0.5
            weights.append(scale * (self.vectors @ project.weight.float().to(self.vectors.device)))
            offset = scale * (self.vectors @ project.bias.float().to(self.vectors.device))
            biases.append(offset + self.bias[i])
        return torch.cat(weights), torch.cat(biases)
