from engine.nuner.recipe import mentions, recipe
from engine.types import AnnotatedText, Span


def texts(each: int) -> list[AnnotatedText]:
    """A mention of each of two types a text."""
    return [AnnotatedText("Ann Oslo", (Span(0, 3, "PER"), Span(4, 8, "LOC")))] * each


def test_the_number_of_mentions_is_the_median_of_the_types():
    rare = AnnotatedText("Ann", (Span(0, 3, "ORG"),))
    assert mentions([*texts(5), rare]) == 5
    assert mentions([]) == 0


def test_with_a_mention_or_two_a_run_stays_nearer_to_its_base():
    few, more = recipe(True, texts(1)), recipe(True, texts(16))
    assert few.share < more.share < 1
    assert few.learning_rate < more.learning_rate


def test_what_a_model_wrote_is_not_held_out_and_not_mixed_with_what_the_base_says():
    written = recipe(True, texts(16), written=True)
    assert (written.folds, written.sure_texts) == (0, 0)
    assert recipe(True, texts(16)).folds > 1


def test_a_head_from_nothing_goes_all_the_way():
    assert recipe(False, texts(1)).share == 1
