"""Where a visitor is, read from what a browser sends."""

from __future__ import annotations

from studio.pages.frame import PAGES, Address, move


def test_an_address_is_read_from_a_query_and_an_unknown_page_is_the_dashboard() -> None:
    assert Address.of({"project": "x", "page": "tag", "text": "3"}) == Address("x", "tag", "3")
    assert Address.of({"page": "tag", "choice": "run:news"}).choice == "run:news"
    assert Address.of({"page": "../etc"}).page == "dashboard"
    assert Address.of({}) == Address()
    assert Address.of({"project": None, "page": None, "text": 7}).text == "7"


def test_every_page_has_an_address() -> None:
    for page in PAGES:
        assert Address.of({"page": page}).page == page


def test_moving_keeps_the_project_and_forgets_what_was_open_and_chosen() -> None:
    header = {"project": "x", "page": "texts", "text": "9", "choice": "run:a", "turn": 4}
    assert move(header, page="texts")["choice"] == ""
    assert move(header, page="tag", choice="run:b")["choice"] == "run:b"
    moved = move(header, page="tag")
    assert (moved["project"], moved["page"], moved["text"], moved["go"]) == ("x", "tag", "", True)
