"""What a person is told while a language model tags, and of what went wrong, in the shell."""

import pytest

from db import llm_settings
from db.llm_values import LLMChoice
from db.session import connect
from tests.builders import annotated, row, write_lines
from tests.llm_server import Answer, LLMServer, completion, error, first, says
from tests.scripts import reply_to

BUILD = ("library", "build", "-p", "P", "--yes", "--json")
TAG = ("tag", "-p", "P", "--tagger", "llm-zero-shot", "--only", "all")
NONE = '{"entities": []}'


@pytest.fixture
def asking(project):
    """Project P with 12 texts whose language model behaves as told; gives the shell."""
    servers = []

    def start(behave):
        shell = project(12)
        server = LLMServer(behave)
        servers.append(server.__enter__())
        shell.environment |= {"OPENAI_BASE_URL": server.url, "NER_STUDIO_LLM_MODEL": "tiny"}
        return shell, server

    yield start
    for server in servers:
        server.__exit__()


def obedient(call, **more):
    return says(reply_to(call.body["messages"], call.body.get("seed", 0)), **more)


def at_once(shell, calls):
    """Allow so many calls at a time, as the settings page does."""
    database = connect(shell.db)
    with database.session() as session:
        llm_settings.choose(session, LLMChoice(concurrency=calls))
    database.close()


@pytest.fixture
def gold(tmp_path):
    return write_lines(tmp_path / "gold.jsonl", [row(annotated("Acme left Oslo.", ORG="Acme"))])


def test_unknown_tokens_and_money_are_null_and_not_nothing(asking, gold):
    shell, _ = asking(Answer(body=completion(NONE, usage=False)))
    told = shell(*TAG, "--limit", 2, "--json").json
    scored = shell("evaluate", gold, "-p", "P", "--tagger", "llm-zero-shot", "--json").json
    for values, calls in ((told, 2), (scored, 1)):
        assert values["llm_calls"] == calls
        assert values["prompt_tokens"] is values["completion_tokens"] is values["cost"] is None
    free = shell("evaluate", gold, "-p", "P", "--tagger", "embedded", "--json").json
    assert free["llm_calls"] == free["prompt_tokens"] == free["cost"] == 0


def test_money_without_a_price_is_null_where_tokens_are_known(asking, gold):
    shell, _ = asking(says(NONE))
    compared = shell("compare", gold, "-p", "P", "--taggers", "embedded,llm-zero-shot", "--json")
    free, asked = compared.json["rows"]
    assert (free["prompt_tokens"], free["cost"]) == (0, 0)
    assert (asked["prompt_tokens"], asked["cost"]) == (11, None)
    assert free["library"] == asked["library"] == {}


def test_what_the_library_cost_is_told_beside_the_tagger_that_it_guides(asking, gold):
    shell, _ = asking(obedient)
    built = shell(*BUILD, "--features", 2, "--per-feature", 2).json
    rows = shell("compare", gold, "-p", "P", "--taggers", "llm-zero-shot,llm", "--json").json[
        "rows"
    ]
    assert rows[0]["library"] == {}
    assert rows[1]["library"]["llm_calls"] == built["llm_calls"] > 0


def test_a_used_up_quota_ends_the_work_at_once_and_is_said(asking):
    shell, server = asking(error(429, "You exceeded your current quota", "insufficient_quota"))
    at_once(shell, 1)
    done = shell(*TAG)
    assert done.code == 1
    assert "Error: The quota at" in done.err
    assert len(server.calls) < 4


def test_why_texts_failed_is_said_once_for_each_reason(asking):
    shell, _ = asking(first(error(413, "too large"), error(413, "too large"), then=says(NONE)))
    done = shell(*TAG, "--limit", 5, "--json")
    assert (done.code, done.object["failed"]) == (1, 2)
    assert "2 texts failed: The request is too long for the model tiny: too large." in done.err


def test_why_texts_failed_is_said_of_an_evaluation(asking, gold):
    shell, _ = asking(error(413, "too large"))
    done = shell("evaluate", gold, "-p", "P", "--tagger", "llm-zero-shot")
    assert done.code == 1
    assert "llm-zero-shot: 1 text failed: The request is too long" in done.err


def test_a_wait_that_an_endpoint_asks_for_is_said_while_it_lasts(asking):
    shell, _ = asking(first(error(429, "slow down", retry_after="1"), then=says(NONE)))
    done = shell(*TAG, "--limit", 2)
    assert done.code == 0
    (line,) = [line for line in done.err.splitlines() if line.startswith("Waiting")]
    assert line.endswith("for now: slow down. It asks to come back in 1 s.")
    assert not shell(*TAG, "--limit", 2).err.count("Waiting")


def test_that_an_answer_may_be_asked_for_once_more_is_said_with_the_calls(asking):
    shell, server = asking(says("I would rather not."))
    done = shell(*TAG, "--limit", 3)
    assert done.err.startswith("At most 3 calls of a language model")
    assert "cannot be read is asked for once more" in done.err.splitlines()[0]
    assert len(server.calls) == 6


def test_a_library_without_any_example_is_no_success(asking):
    def never(call):
        rules = call.body["messages"][0]["content"]
        return says("Never.") if rules.startswith("You write sentences") else obedient(call)

    shell, _ = asking(never)
    done = shell(*BUILD, "--features", 1, "--per-feature", 2)
    assert (done.code, done.object["examples"]) == (1, 0)


def test_a_library_is_built_with_as_many_calls_at_a_time_as_are_allowed(asking):
    shell, server = asking(lambda call: obedient(call, delay=0.3))
    at_once(shell, 16)
    assert shell(*BUILD, "--features", 4, "--per-feature", 4).code == 0
    assert server.most > 8
