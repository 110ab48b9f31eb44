"""The few-shot curve as a table in Markdown and as a Plotly picture."""

import statistics
from itertools import groupby

import plotly.graph_objects as go
from plotly.subplots import make_subplots

ZERO = "zero-shot"
COLOURS = ("#1f5fbf", "#7aa7e6", "#8a8a8a", "#c4c4c4")


def cells(figures):
    """{(set, model, part): {k: (mean, deviation, runs)}} of "set|k|model|part|seed" figures.

    >>> cells({"a|1|m|all|0": 0.5, "a|1|m|all|1": 0.7})
    {('a', 'm', 'all'): {1: (0.6, 0.14142135623730948, 2)}}
    """
    split = sorted((key.split("|"), f1) for key, f1 in figures.items())
    found = {}
    for (name, k, model, part), rows in groupby(split, key=lambda row: tuple(row[0][:4])):
        f1 = [row[1] for row in rows]
        spread = statistics.stdev(f1) if len(f1) > 1 else 0.0
        found.setdefault((name, model, part), {})[int(k)] = (statistics.mean(f1), spread, len(f1))
    return found


def averaged(found):
    """The mean over the sets that have the k, for each line; added as the set "average"."""
    lines = sorted({line[1:] for line in found if line[1] != ZERO})
    sets = sorted({line[0] for line in found})
    out = dict(found)
    for line in lines:
        ks = set.intersection(*(set(found.get((name, *line), {})) for name in sets))
        means = {k: statistics.mean(found[(name, *line)][k][0] for name in sets) for k in ks}
        if len(sets) > 1 and means:
            out["average", *line] = {k: (mean, 0.0, 0) for k, mean in means.items()}
    return out


def order(found):
    """Lines as they are drawn: the pre-trained ones first, everything trained before the head."""
    return sorted({line[1:] for line in found if line[1] != ZERO}, reverse=True, key=_rank)


def _rank(line):
    return line[0].startswith("pre"), line[1] != "head"


ABOUT = """# F1 by examples a type

Strict span F1: mean ± standard deviation, and in brackets how many k~2k samples it is of. Drawn by
`make few-shot-curve`, which goes on where it stopped; an empty cell has not been measured. The
pre-trained checkpoint is also held to what it says of 60 texts of the train split, without their
labels, and tags types that a sample has no example of; the plain encoder can do neither.

![F1 over k](few_shot_curve.svg)

"""


def page(figures, tried=None):
    """The table with what it means, for the documentation.

    Args:
        tried: mean F1 on dev by (part, k, learning rate, steps), for the plain encoder.
    """
    return ABOUT + table(figures) + (_tuning(tried) if tried else "")


TUNING = """
## The plain encoder's settings

Each k takes the settings with the best mean over the sets, on 200 dev texts of each and the first
sample of the k. Batches of 4 texts, AdamW, warm-up 0.1, linear decay. Where nothing was tried, it
takes the shipped recipe for encoders.

| trained | k | learning rate | steps | F1 on dev | |
|---|---|---|---|---|---|
"""


def _tuning(tried):
    rows = []
    for (part, k, rate, steps), f1 in sorted(tried.items()):
        best = f1 == max(one for key, one in tried.items() if key[:2] == (part, k))
        rows.append(f"| {part} | {k} | {rate:g} | {steps} | {f1:.3f} | {'taken' * best} |")
    return TUNING + "\n".join(rows) + "\n"


def table(figures):
    """Mean and standard deviation by set, model and k."""
    found = averaged(cells(figures))
    ks = sorted({k for line, by_k in found.items() if line[1] != ZERO for k in by_k})
    rows = ["| set | model | trained | zero-shot | " + " | ".join(f"k={k}" for k in ks) + " |"]
    rows.append("|" + "---|" * (len(ks) + 4))
    for name in sorted({line[0] for line in found}, key=lambda n: (n == "average", n)):
        for model, part in order(found):
            by_k = found.get((name, model, part))
            if by_k is None:
                continue
            zero = found.get((name, ZERO, ""), {}).get(0) if model.startswith("pre") else None
            said = [f"{zero[0]:.3f}" if zero else ""] + [_said(by_k.get(k)) for k in ks]
            rows.append(f"| {name} | {model} | {part} | " + " | ".join(said) + " |")
    return "\n".join(rows) + "\n"


def _said(cell):
    if cell is None:
        return ""
    mean, spread, runs = cell
    if runs < 2:
        return f"{mean:.3f}" + (" (1)" if runs else "")
    return f"{mean:.3f} ± {spread:.3f} ({runs})"


def picture(figures):
    """A Plotly figure: a panel a set, F1 over k, bars for the standard deviation."""
    found = cells(figures)
    sets = sorted({line[0] for line in found})
    ks = sorted({k for line, by_k in found.items() if line[1] != ZERO for k in by_k})
    drawn = make_subplots(1, len(sets), subplot_titles=sets, shared_yaxes=True)
    for column, name in enumerate(sets, start=1):
        for colour, line in zip(COLOURS, order(found), strict=False):
            by_k = sorted(found.get((name, *line), {}).items())
            if by_k:
                shown = _line(by_k, ", ".join(line), colour, first=column == 1)
                drawn.add_trace(shown, row=1, col=column)
        zero = found.get((name, ZERO, ""), {}).get(0)
        if zero:
            drawn.add_hline(
                zero[0], line_dash="dot", line_width=1, annotation_text=ZERO,
                annotation_position="bottom right", row=1, col=column,
            )  # fmt: skip
    drawn.update_xaxes(categoryorder="array", categoryarray=[f"k={k}" for k in ks])
    drawn.update_yaxes(range=[0, 1], dtick=0.2)
    drawn.update_layout(
        template="plotly_white", width=340 * len(sets), height=360, font_size=12,
        margin={"l": 40, "r": 20, "t": 40, "b": 20}, legend={"orientation": "h", "y": -0.12},
    )  # fmt: skip
    return drawn


def _line(by_k, name, colour, *, first):
    return go.Scatter(
        x=[f"k={k}" for k, _ in by_k],
        y=[one[0] for _, one in by_k],
        error_y={"array": [one[1] for _, one in by_k], "width": 0, "thickness": 1},
        name=name,
        legendgroup=name,
        showlegend=first,
        line={"color": colour, "width": 2.5},
        marker={"size": 7},
    )
