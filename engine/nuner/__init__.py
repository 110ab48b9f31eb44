"""NuNER: an encoder pre-trained to meet entity concepts halfway (arXiv 2402.15343)."""
