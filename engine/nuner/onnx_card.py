"""The README.md of an exported run: what goes in, what comes out, how it becomes spans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_START = """\
```python
import json
import re

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

about = json.load(open("onnx.json", encoding="utf-8"))
tokenizer = Tokenizer.from_file("tokenizer.json")
session = onnxruntime.InferenceSession("model.onnx")

text = "We ate goulash in Vienna."
words = [match.span() for match in re.finditer(about["words"], text)]
pieces = [text[start:end] for start, end in words]
tokens = tokenizer.encode(pieces, is_pretokenized=True)
first = [tokens.word_ids.index(number) for number in range(len(words))]
ids = np.array([tokens.ids], np.int64)
feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
"""

_BIO = """\
(logits,) = session.run(None, feeds)
found = [about["labels"][logits[0, at].argmax()] for at in first]
print(list(zip(pieces, found)))
```
"""

_SPANS = """\


def casing(word):
    if any(c.isdigit() for c in word):
        return "digit"
    if word.islower():
        return "lower"
    if word.isupper():
        return "upper" if len(word) > 1 else "capitalised"
    if word.istitle():
        return "capitalised"
    return "mixed" if any(c.isupper() for c in word) else "none"


feeds["word_row"] = np.zeros(len(words), np.int64)
feeds["word_at"] = np.array(first, np.int64)
feeds["casings"] = np.array([about["casings"].index(casing(w)) for w in pieces], np.int64)
(scores,) = session.run(None, feeds)
codes = [t["code"] for t in about["types"]]
inside = scores[:, about["roles"].index("inside"), : len(codes)]
found = [(w, codes[row.argmax()], float(row.max())) for w, row in zip(pieces, inside)]
print(found)
```
"""

_INPUTS = """\
| input | type | shape | what |
|---|---|---|---|
| `input_ids` | int64 | batch, tokens | sub-tokens of `tokenizer.json`, its special ones too |
| `attention_mask` | int64 | batch, tokens | 1 where a sub-token is, 0 where a row is filled up |
"""

_WORD_INPUTS = """\
| `word_row` | int64 | words | in which row of the batch a word is |
| `word_at` | int64 | words | its first sub-token; a word without one takes its neighbour's |
| `casings` | int64 | words | its casing, an index into `casings` of `onnx.json` |
"""

_OUTPUT = """\
| output | type | shape | what |
|---|---|---|---|
"""

_LOGITS = """\
| `logits` | float32 | batch, tokens, labels | for `labels`: O, then B- and I- of each type |
"""

_SCORES = """\
| `scores` | float32 | words, roles, classes | probabilities of `roles`: inside, start, end |
"""

_BIO_DECODE = """\
Read a word at its first sub-token and take the label with the largest logit. A span is a B- or I-
and the I- of the same type that follow it; its score is the geometric mean of its words'
probabilities (a softmax over the labels). The run does the same, and has no threshold.
"""

_SPANS_DECODE = """\
The classes are the types of `types` in their order; where there are more, the others are kinds
of named things. A type of `rules.rest` (indices) takes 0.6 of the largest score among the kinds
where that is more than its own; of the kinds' start scores only those of words with a capital or
a digit count. For types of `rules.named`, in a text with capitals, the start score of a word of
casing "lower" is multiplied by 0.216.

The rest is in `decode` of `onnx.json`. `threshold` is calibrated: the raw threshold T is what
sigmoid(`slope` * logit(T) + `offset`) turns into it. A candidate is a run of at most `max_words`
words whose inside scores of a type all reach T * `finer_ratio` / 2, without a seam in it, which
is where one word's end and the next one's start score both reach `seam`. Its raw score is the
cube root of (start of its first word * end of its last * mean inside). Those from T on are kept,
the best first and the longer of equals, none over a word that is taken. A kept span takes the
finest type (`rules.broader`: the column's is broader than the row's) that reaches `finer_ratio`
of its score on the same words.
"""


def card(about: Mapping[str, Any]) -> str:
    """README.md for what `onnx.json` says."""
    bio = about["kind"] == "bio"
    parity, (window, overlap) = about["parity"], about["window"]
    units = "logits" if bio else "probabilities"
    lines = [
        f"# {about['run']}, as ONNX",
        "",
        f"A named-entity tagger: run {about['run']}, fine-tuned from {about['base']} in NER "
        f"Studio.",
        "",
        f"Single precision, operator set {about['opset']}; any number of texts, tokens and words.",
        "",
        _INPUTS + ("" if bio else _WORD_INPUTS),
        _OUTPUT + (_LOGITS if bio else _SCORES),
        "## From a text to what goes in",
        "",
        "Words are what `words` of `onnx.json`, an expression of Python's `re`, matches. They go "
        f"to the tokenizer already split. A row holds at most {window} sub-tokens; longer texts "
        f"are read in windows that share {overlap} of them, and a word seen twice counts where it "
        f"stands further from the edge.",
        "",
        "## From what comes out to spans",
        "",
        _BIO_DECODE if bio else _SPANS_DECODE,
        "With NER Studio installed, all of it is one call:",
        "",
        "    from pathlib import Path",
        "    from engine.nuner.onnx_reader import load_onnx",
        '    print(list(load_onnx(Path(".")).tag(["We ate goulash in Vienna."])))',
        "",
        "## Without NER Studio",
        "",
        _START + (_BIO if bio else _SPANS),
        "## How near it comes to the run",
        "",
        f"On {parity['texts']} texts in {parity['batches']} batches the largest difference to "
        f"torch in single precision was {parity['difference']:.2g} ({units}; "
        f"{parity['tolerance']:g} is allowed), and the spans of {parity['spans_agree']} texts were "
        f"the same.",
    ]
    return "\n".join(lines) + "\n"
