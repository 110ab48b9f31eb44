from engine.nuner.recipe import mentions, recipe
from engine.types import AnnotatedText, Span


def texts(each: int) -> list[AnnotatedText]:
    """A mention of each of two types a text."""
    return [AnnotatedText("Ann Oslo", (Span(0, 3, "PER"), Span(4, 8, "LOC")))] * each


def test_the_number_of_mentions_is_the_median_of_the_types():
    rare = AnnotatedText("Ann", (Span(0, 3, "ORG"),))
    assert mentions([*texts(5), rare]) == 5
    assert mentions([]) == 0


def test_with_a_mention_or_two_a_run_learns_more_carefully():
    few, more = recipe(True, texts(1)), recipe(True, texts(16))
    assert few.learning_rate < more.learning_rate
    assert 0 < few.share < 1


def test_a_base_that_tags_is_held_to_what_it_says_most_of_all_beside_what_a_model_wrote():
    written, own = recipe(True, texts(16), written=True), recipe(True, texts(16))
    assert 0 < own.held_texts < written.held_texts
    assert written.folds == 0 and own.folds > 1
    assert recipe(False, texts(16)).held_texts == 0


def test_a_head_from_nothing_goes_all_the_way():
    assert recipe(False, texts(1)).share == 1
