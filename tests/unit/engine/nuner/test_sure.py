import numpy as np

from engine.nuner.sure import decided, sure
from engine.types import AnnotatedText, Span, Suggestion, Tagged


class Scripted:
    """A tagger whose word scores are given; it says what it is given to say."""

    def __init__(self, **scores):
        self.of = {name: np.array(one, np.float32) for name, one in scores.items()}

    def read(self, texts):
        for text in texts:
            best = self.of[text]
            found = (Suggestion(Span(0, 3, "X"), "X", text[:3], 0.9),) if best.max() > 0.5 else ()
            yield Tagged(text, found), np.stack([best[:, None]] * 3)


TAGGER = Scripted(
    nothing=[0.01, 0.1, 0.1, 0.0],
    something=[0.9, 0.7, 0.1, 0.0],
    doubtful=[0.9, 0.4, 0.0, 0.0],
    short=[0.0],
)


def test_a_text_with_one_word_in_doubt_is_left_out_and_so_is_a_short_one():
    found = sure(TAGGER, ["doubtful", "nothing", "short", "something"], 10, seed=0)
    assert {one.text: one.spans for one in found} == {
        "nothing": (),
        "something": (Span(0, 3, "X"),),
    }
    assert all(isinstance(one, AnnotatedText) for one in found)


def test_no_more_are_taken_than_wanted_and_the_seed_says_which():
    texts = ["nothing", "something"] * 20
    first = sure(TAGGER, texts, 5, seed=1)
    assert len(first) == 5
    assert first == sure(TAGGER, texts, 5, seed=1)
    assert first != sure(TAGGER, texts, 5, seed=2)


def test_a_doubt_lies_between_the_bounds():
    assert decided(np.array([0.15, 0.6], np.float32))
    assert not decided(np.array([0.3], np.float32))
