"""What a handler says, refuses or breaks down with reaches the person; nothing waits in a queue."""

import json
from pathlib import Path

import gradio as gr
import pytest

from db.session import connect
from engine.errors import EngineError
from studio.pages import layout
from studio.pages.answers import say, spoken
from studio.settings import Settings


@pytest.fixture
def news() -> gr.HTML:
    return gr.HTML()


def test_what_a_handler_says_comes_with_what_it_changes(news: gr.HTML) -> None:
    box = gr.Textbox()

    def save() -> dict[gr.Textbox, str]:
        say("It is saved.")
        return {box: "new"}

    shown = spoken(save, news)()
    assert shown[box] == "new"
    assert (shown[news]["kind"], shown[news]["said"]) == ("good", ["It is saved."])


def test_the_same_sentence_twice_is_news_twice(news: gr.HTML) -> None:
    save = spoken(lambda: say("It is saved."), news)
    assert save()[news]["at"] != save()[news]["at"]


def test_the_value_of_an_only_component_is_given_to_it(news: gr.HTML) -> None:
    view = gr.HTML()
    shown = spoken(lambda: {"rows": []}, news, view)()
    assert shown == {view: {"rows": []}, news: gr.skip()}


def test_a_handler_that_answers_for_nothing_changes_nothing(news: gr.HTML) -> None:
    assert spoken(lambda: None, news)() == {news: gr.skip()}


def test_a_refusal_is_told_and_changes_nothing_else(news: gr.HTML) -> None:
    def refuse() -> None:
        say("This is not reached by anyone.")
        raise EngineError("Choose a file first.")

    shown = spoken(refuse, news)()
    assert set(shown) == {news}
    assert (shown[news]["kind"], shown[news]["said"]) == ("bad", ["Choose a file first."])


def test_a_fault_of_ours_is_told_too_and_logged(
    news: gr.HTML, caplog: pytest.LogCaptureFixture
) -> None:
    shown = spoken(lambda: {}["missing"], news)()
    assert shown[news]["kind"] == "bad"
    assert "unexpected" in shown[news]["said"][0]
    assert "KeyError" in caplog.text


def test_nothing_can_be_said_outside_a_handler() -> None:
    with pytest.raises(RuntimeError, match="attach"):
        say("Nobody hears this.")


def test_no_handler_waits_for_the_queue(tmp_path: Path) -> None:
    blocks = layout.build(Settings(), connect(tmp_path / "studio.db"))
    handlers = blocks.get_config_file()["dependencies"]
    assert len(handlers) > 20
    assert json.dumps([one["id"] for one in handlers if one["queue"] is not False]) == "[]"
