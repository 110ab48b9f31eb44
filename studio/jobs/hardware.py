"""`python -m studio.jobs.hardware`: say in JSON what a training on this machine would run on.

A process of its own, because looking means loading torch, which no page waits for.
"""

from __future__ import annotations

import json
import os
import sys


def main() -> int:
    """Print one object: auto (as a run would show it), kinds, cores, cuda_build."""
    import torch

    from engine.nuner.devices import pick

    kinds = ["cpu"]
    if torch.backends.mps.is_available():
        kinds.insert(0, "mps")
    if torch.cuda.is_available():
        kinds.insert(0, "cuda")
    found = {
        "auto": pick("auto").shown,
        "kinds": kinds,
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "cuda_build": torch.version.cuda or "",
    }
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
