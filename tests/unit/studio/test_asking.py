"""Calls, tokens and money are told before a language model is asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import library, llm_calls, llm_settings, projects
from db.columns import now
from db.llm_values import LLMPrice, LLMReply
from db.session import connect
from studio import settings
from studio.asking import Estimate, estimate
from tests.builders import annotated
from tests.corpus import Corpus, corpus


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Corpus]:
    database = connect(tmp_path / "studio.db")
    made = corpus(database)
    made.add("Ann went to Oslo.", "Bo stayed.")
    yield made
    database.close()


def told(demo: Corpus, *taggers: str, count: int = 10, samples: int | None = None) -> Estimate:
    with demo.database.session() as session:
        project = projects.by_id(session, demo.project_id)
    found = settings.load(db=demo.database.path)
    return estimate(found, demo.database, project, taggers, count, samples)


def test_a_tagger_of_ours_asks_nobody(demo: Corpus):
    assert told(demo, "embedded") == Estimate()
    assert told(demo, "embedded").words() == "No calls of a language model."


def test_samples_multiply_calls_and_tokens(demo: Corpus):
    once, thrice = told(demo, "llm-zero-shot"), told(demo, "llm-zero-shot", samples=3)
    assert (once.calls, thrice.calls) == (10, 30)
    assert thrice.prompt_tokens == pytest.approx(3 * once.prompt_tokens, rel=0.01)
    assert told(demo, "llm-zero-shot", "llm-zero-shot+sc", "embedded").calls == 60


def test_among_several_taggers_samples_are_for_those_that_vote(demo: Corpus):
    assert told(demo, "llm-zero-shot", "llm-zero-shot+sc", "embedded", samples=3).calls == 40


def test_examples_make_prompts_longer(demo: Corpus):
    with demo.database.session() as session:
        library.add(session, demo.project_id, annotated("Cleo left Rome.", PER="Cleo"), "me")
    assert told(demo, "llm").prompt_tokens > told(demo, "llm-zero-shot").prompt_tokens


def test_money_is_reckoned_where_the_price_is_known(demo: Corpus, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("NER_STUDIO_LLM_MODEL", "small")
    assert told(demo, "llm-zero-shot").cost is None
    assert "money not known" in told(demo, "llm-zero-shot").words()
    with demo.database.session() as session:
        llm_settings.set_prices(session, [LLMPrice("small", 1.0, 2.0)])
    found = told(demo, "llm-zero-shot")
    assert found.cost == pytest.approx((found.prompt_tokens + 2 * found.completion_tokens) / 1e6)
    assert not found.recorded


@pytest.mark.parametrize(
    ("name", "said"), [("demo", "recorded answers"), ("other", "NER_STUDIO_LLM_MODEL")]
)
def test_without_a_model_recorded_answers_or_the_way_to_one_are_named(
    demo: Corpus, monkeypatch: pytest.MonkeyPatch, name: str, said: str
):
    for variable in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "NER_STUDIO_LLM_MODEL"):
        monkeypatch.delenv(variable, raising=False)
    answer = LLMReply(
        "0" * 64, "recorded", "large", "tagging/v1", {}, "{}", "large", {}, 0.1, "", now()
    )
    with demo.database.session() as session:
        llm_calls.replace_recorded(session, [answer])
        if name != "demo":
            projects.rename(session, "demo", name)
    assert said in told(demo, "llm").words()
