import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import texts
from db.errors import Invalid, NotFound
from db.values import Page
from tests.corpus import Corpus


def page(demo: Corpus, **how: object) -> Page:
    with demo.database.session() as s:
        return texts.page(s, demo.project_id, **how)  # type: ignore[arg-type]


def found(demo: Corpus, typed: str) -> list[str]:
    shown = page(demo, contains=typed)
    assert shown.total == len(shown.items)
    return [one.text for one in shown.items]


def test_pages_follow_each_other_without_gap_or_repeat(demo: Corpus) -> None:
    ids = demo.add(*(f"text {n}" for n in range(7)))
    seen, after = [], None
    while True:
        shown = page(demo, after=after, limit=3)
        assert shown.total == 7
        seen += [one.id for one in shown.items]
        after = shown.next
        if after is None:
            break
    assert seen == ids


def test_a_page_that_ends_with_the_list_has_no_next(demo: Corpus) -> None:
    demo.add("a", "b")
    assert page(demo, limit=2).next is None
    assert page(demo, limit=1).next is not None


def test_a_text_added_meanwhile_does_not_shift_the_pages(demo: Corpus) -> None:
    demo.add("a", "b", "c")
    first = page(demo, limit=2)
    demo.add("d")
    assert [one.text for one in page(demo, after=first.next).items] == ["c", "d"]


def test_pages_can_be_of_one_status(demo: Corpus) -> None:
    one, two, _ = demo.add("a", "b", "c")
    demo.set_status(one, "accepted")
    demo.set_status(two, "accepted")
    shown = page(demo, status="accepted", limit=1)
    assert (shown.total, [one.text for one in shown.items]) == (2, ["a"])
    assert [one.text for one in page(demo, status="accepted", after=shown.next).items] == ["b"]


def test_an_empty_project_has_an_empty_page(demo: Corpus) -> None:
    assert page(demo) == Page((), None, 0)


def test_words_are_found_without_case_and_accents(demo: Corpus) -> None:
    demo.add("Le Café Noir", "le cafe\u0301 vert", "Kaffee", "the cafeteria")
    assert found(demo, "CAFE") == ["Le Café Noir", "le cafe\u0301 vert", "the cafeteria"]
    assert found(demo, "café noir") == ["Le Café Noir"]
    assert found(demo, "noir café") == []


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("東京", "昨日は東京で"),
        ("กรุงเทพ", "ไปกรุงเทพกัน"),
        ("C++", "We write C++ here"),
        ("e-mail", "an e-mail came"),
        ("👍", "good 👍 work"),
        ("%", "100% sure"),
        ("_", "snake_case"),
        ("שלום", "שלום Acme"),
        ("'; DROP TABLE text; --", "Robert'; DROP TABLE text; --"),
    ],
)
def test_every_script_and_sign_is_found(demo: Corpus, typed: str, text: str) -> None:
    demo.add("Cats see cold cows", "nothing of the kind", text)
    assert found(demo, typed) == [text]


HOSTILE = [
    '"',
    '""',
    "'",
    "*",
    "a*",
    "a OR b",
    "a AND",
    "NOT a",
    "NEAR(a b)",
    "NEAR(",
    "text:a",
    "{text}: a",
    "^a",
    "a + b",
    "-a",
    "(a",
    "a)",
    "\\",
    "a\x00b",
    "\ud83d",
    "%",
    "_",
    ";--",
    "a" * 10_000,
    "a " * 2_000,
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_hostile_query_is_only_looked_for(demo: Corpus, typed: str) -> None:
    demo.add("b text", "near not or and")
    assert "b text" not in found(demo, typed)


def test_operators_are_words_like_others(demo: Corpus) -> None:
    demo.add("this OR that", "this", "that")
    assert found(demo, "this OR that") == ["this OR that"]


def test_blanks_alone_filter_nothing(demo: Corpus) -> None:
    demo.add("a", "b")
    assert found(demo, "  ") == ["a", "b"]
    assert found(demo, "") == found(demo, "\x00") == ["a", "b"]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(max_size=20))
def test_no_query_breaks_the_search(demo: Corpus, typed: str) -> None:
    page(demo, contains=typed)


def test_texts_to_tag_are_new_or_all(demo: Corpus) -> None:
    one, two = demo.add("a", "b")
    demo.set_status(one, "accepted")
    with demo.database.session() as s:
        assert texts.ids_to_tag(s, demo.project_id, "new") == [two]
        assert texts.ids_to_tag(s, demo.project_id, "all") == [one, two]
        with pytest.raises(Invalid):
            texts.ids_to_tag(s, demo.project_id, "some")
        assert list(texts.iter_texts(s, [two, 99, one], batch=1)) == [(two, "b"), (one, "a")]


def test_a_flag_and_a_note_are_kept(demo: Corpus) -> None:
    (text_id,) = demo.add("a")
    note = "<img onerror> ${x} {{y}} \\"
    with demo.database.session() as s:
        texts.set_note(s, text_id, flagged=True, note=note)
        stored = texts.get(s, text_id)
        assert (stored.flagged, stored.note, stored.revision) == (True, note, 0)
        with pytest.raises(NotFound):
            texts.set_note(s, 99, flagged=True)
        with pytest.raises(Invalid):
            texts.set_note(s, text_id, flagged=True, note="x" * 5001)
