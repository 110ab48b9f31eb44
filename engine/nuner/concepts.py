"""The concept side: names and definitions -> vectors, and what is broader than what.

A concept is shown as two frozen sentence vectors, of its name and of "name: definition" (of the
name again when there is no definition), and a small trained network turns them into one vector
in the space of the word vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from engine.nuner.config import EncoderConfig
from engine.nuner.encoder import ROLES


class ConceptEncoder(nn.Module):
    """Two (c, d) sentence vectors -> (c, d) concept vectors; starts as their mean.

    Attributes:
        scale, bias: learned; logit = scale * word . concept + bias, one pair a role.
    """

    def __init__(self, width: int, config: EncoderConfig) -> None:
        super().__init__()
        self.dropout = nn.Dropout(config.dropout)
        self.hidden = nn.Linear(2 * width, config.concept_hidden)
        self.out = nn.Linear(config.concept_hidden, width)
        self.mix = nn.Parameter(torch.tensor(0.5))
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)
        self.scale = nn.Parameter(torch.full((len(ROLES),), 5.0))
        self.bias = nn.Parameter(torch.full((len(ROLES),), -3.0))

    def forward(self, names: Tensor, defined: Tensor) -> Tensor:
        """Unit sentence vectors in, concept vectors out; all (c, d)."""
        both = torch.cat((names, defined), dim=-1)
        straight = self.mix * names + (1 - self.mix) * defined
        bent: Tensor = self.out(nn.functional.gelu(self.hidden(self.dropout(both))))
        return straight + bent

    def logits(self, roles: Mapping[str, Tensor], concepts: Tensor) -> Tensor:
        """(w, d) words a role and (c, d) concepts -> (roles, w, c) logits."""
        stacked = torch.stack([roles[role] for role in ROLES])
        raw = stacked @ concepts.T / stacked.shape[-1] ** 0.5
        scaled: Tensor = raw * self.scale[:, None, None] + self.bias[:, None, None]
        return scaled


@dataclass(slots=True)
class Taxonomy:
    """Known concepts and their broader ones.

    Attributes:
        broader: name -> names of every broader concept, near to far.
        definitions: name -> the one-sentence definitions it has been given.
    """

    broader: dict[str, tuple[str, ...]] = field(default_factory=dict)
    definitions: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, hypernyms: Iterable[str] = (), definition: str = "") -> None:
        """Learn of a concept; a second telling adds its definition and what is broader."""
        self.broader[name] = tuple(dict.fromkeys((*self.broader.get(name, ()), *hypernyms)))
        for hypernym in self.broader[name]:
            self.broader.setdefault(hypernym, ())
        if definition:
            known = self.definitions.setdefault(name, [])
            if definition not in known:
                known.append(definition)

    def closed(self) -> dict[str, frozenset[str]]:
        """Name -> all its broader concepts, through every chain (transitive closure)."""
        done: dict[str, frozenset[str]] = {}
        for name in self.broader:
            seen: set[str] = set()
            todo = list(self.broader[name])
            while todo:
                above = todo.pop()
                if above not in seen and above != name:
                    seen.add(above)
                    todo.extend(self.broader.get(above, ()))
            done[name] = frozenset(seen)
        return done

    def without_rare(self, seen: Mapping[str, int], least: int) -> Taxonomy:
        """The concepts met at least `least` times, and every one that others are narrower than.

        Args:
            seen: name -> how often it was met; a name that is not there never was.
        """
        above = {name for broader in self.broader.values() for name in broader}
        kept = [name for name in self.broader if name in above or seen.get(name, 0) >= least]
        return Taxonomy(
            {name: self.broader[name] for name in kept},
            {name: self.definitions[name] for name in kept if name in self.definitions},
        )

    def matrix(self, names: Sequence[str]) -> Tensor:
        """(k, k) bool: row is the column's concept itself or narrower than it."""
        at = {name: i for i, name in enumerate(names)}
        out = torch.eye(len(names), dtype=torch.bool)
        for name, above in self.closed().items():
            for other in above:
                if name in at and other in at:
                    out[at[name], at[other]] = True
        return out


def shown(name: str, definition: str) -> str:
    """How a concept with a definition is put to the sentence embedder."""
    return f"{name}: {definition}" if definition else name
