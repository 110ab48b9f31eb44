"""The k~2k sampler: its bounds hold whatever the texts are, and it always ends with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import TrainingError
from engine.nuner.kshot import draw

CODES = ("PER", "ORG", "LOC", "LAW")
held = st.dictionaries(st.sampled_from((*CODES, "OTHER")), st.integers(0, 6), max_size=4)
corpora = st.lists(held, max_size=40)
ks = st.integers(1, 6)
seeds = st.integers(0, 50)


def counted(texts, drawn, code):
    return sum(texts[choice.index].get(code, 0) for choice in drawn.chosen)


@given(corpora, ks, seeds)
def test_every_count_is_true_and_at_most_twice_k(texts, k, seed):
    drawn = draw(texts, CODES, k, seed=seed)
    assert drawn.counts == {code: counted(texts, drawn, code) for code in CODES}
    assert max(drawn.counts.values()) <= 2 * k


@given(corpora, ks, seeds)
def test_a_type_has_k_spans_or_is_reported_short_with_a_true_reason(texts, k, seed):
    drawn = draw(texts, CODES, k, seed=seed)
    assert set(drawn.short) == {code for code in CODES if drawn.counts[code] < k}
    taken = {choice.index for choice in drawn.chosen}
    for code, short in drawn.short.items():
        having = [i for i, text in enumerate(texts) if text.get(code, 0)]
        left = [i for i in having if i not in taken]
        assert (short.count, short.left) == (drawn.counts[code], len(left))
        if short.kind == "absent":
            assert not having
        elif short.kind == "exhausted":
            assert having and not left
        else:
            assert left
            for index in left:
                over = [c for c, n in texts[index].items() if n and (
                    c not in CODES or drawn.counts[c] + n > 2 * k)]  # fmt: skip
                assert over, "a text that would have helped was passed by"
                assert set(over) <= set(short.blockers)
        assert short.sentence.endswith(".")


@given(corpora, ks, seeds)
def test_each_text_is_taken_once_and_because_a_type_needed_it(texts, k, seed):
    drawn = draw(texts, CODES, k, seed=seed)
    so_far = dict.fromkeys(CODES, 0)
    for choice in drawn.chosen:
        held = texts[choice.index]
        assert choice.why
        assert all(so_far[code] < k and held[code] > 0 for code in choice.why)
        assert not held.get("OTHER")
        for code in CODES:
            so_far[code] += held.get(code, 0)
    indices = [choice.index for choice in drawn.chosen]
    assert len(set(indices)) == len(indices)


@given(corpora, ks, seeds)
def test_the_same_seed_draws_the_same_set(texts, k, seed):
    assert draw(texts, CODES, k, seed=seed) == draw(texts, CODES, k, seed=seed)


@given(corpora, ks, seeds, st.data())
def test_the_bounds_hold_with_strata_too(texts, k, seed, data):
    strata = data.draw(st.lists(st.integers(0, 3), min_size=len(texts), max_size=len(texts)))
    drawn = draw(texts, CODES, k, seed=seed, strata=strata)
    assert max(drawn.counts.values()) <= 2 * k
    assert set(drawn.short) == {code for code in CODES if drawn.counts[code] < k}


def test_another_seed_draws_another_set():
    texts = [{"PER": 1} for _ in range(50)]
    sets = {frozenset(c.index for c in draw(texts, ["PER"], 5, seed=s).chosen) for s in range(10)}
    assert len(sets) > 1


def test_strata_take_turns():
    texts = [{"PER": 1} for _ in range(40)]
    strata = ["large"] * 36 + ["small"] * 4
    drawn = draw(texts, ["PER"], 8, strata=strata)
    taken = [strata[choice.index] for choice in drawn.chosen]
    assert (taken.count("large"), taken.count("small")) == (4, 4)


def test_one_more_text_changes_a_set_by_one_text_at_most():
    names = [f"text {n}" for n in range(60)]
    before = draw([{"PER": 1}] * 50, ["PER"], 8, names=names[:50])
    after = draw([{"PER": 1}] * 51, ["PER"], 8, names=names[:51])
    old, new = ({names[c.index] for c in drawn.chosen} for drawn in (before, after))
    assert len(new - old) <= 1


def test_the_order_of_the_texts_does_not_matter_when_they_have_names():
    texts = [{"PER": 1 + n % 3} for n in range(40)]
    names = [f"text {n}" for n in range(40)]
    forwards = draw(texts, ["PER"], 9, names=names)
    backwards = draw(texts[::-1], ["PER"], 9, names=names[::-1])
    assert [names[c.index] for c in forwards.chosen] == [
        names[::-1][c.index] for c in backwards.chosen
    ]


def test_drawing_stops_when_every_type_is_full():
    texts = [{"PER": 1} for _ in range(100)]
    drawn = draw(texts, ["PER"], 3)
    assert (len(drawn.chosen), drawn.counts["PER"], drawn.short) == (3, 3, {})


def test_a_shortfall_says_what_stands_in_the_way():
    blocked = draw([{"PER": 5, "LAW": 1}], ["PER", "LAW"], 2).short["LAW"]
    assert blocked.sentence == (
        "1 more text has it, but would bring too much of PER (1); at most 4 of a type fit."
    )
    several = draw([{"PER": 5, "LAW": 1}] * 3, ["PER", "LAW"], 2).short["LAW"]
    assert several.sentence == (
        "3 more texts have it, but would bring too much of PER (3); at most 4 of a type fit."
    )
    taken = draw([{"PER": 1}], ["PER"], 2).short["PER"]
    assert taken.sentence == "All texts that have it are taken: 1 span of 2."
    assert draw([], ["PER"], 2).short["PER"].sentence == "No text has it."


@pytest.mark.parametrize(("k", "strata"), [(0, None), (-1, None), (1, [])])
def test_a_draw_that_makes_no_sense_is_refused(k, strata):
    with pytest.raises(TrainingError):
        draw([{"PER": 1}], ["PER"], k, strata=strata)
    with pytest.raises(TrainingError, match="0 names"):
        draw([{"PER": 1}], ["PER"], 1, names=[])
