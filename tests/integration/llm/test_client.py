"""The client against a real server over a socket, in all the ways endpoints misbehave."""

import asyncio
import json
import logging
from dataclasses import replace

import pytest

from engine.errors import LLMError
from engine.llm.capabilities import PROBE_ANSWER, Dialect
from engine.llm.client import Endpoint, OpenAIClient
from engine.llm.gather import run
from engine.llm.replies import schema
from engine.protocols import Reply, Request
from tests.llm_server import Answer, Behaviour, Call, LLMServer, completion, error, first, says

ASKED = Request(
    ({"role": "system", "content": "Find names."}, {"role": "user", "content": "Ann left."}),
    schema=schema(["PER"]),
    temperature=0.7,
    seed=3,
    max_tokens=50,
)
KEY = "sk-verysecret123"
PAGE = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>x</body></html>"


def client(server: LLMServer, **more: object) -> OpenAIClient:
    made = Endpoint("tiny", server.url, KEY, backoff=0.001, timeout=30)
    return OpenAIClient(replace(made, **more))  # type: ignore[arg-type]


def asked(llm: OpenAIClient, request: Request = ASKED) -> Reply:
    [(_, reply)] = run(llm, [request], 1)
    if isinstance(reply, LLMError):
        raise reply
    return reply


def refused(behave: Behaviour | Answer, **more: object) -> tuple[LLMError, int]:
    """How a request ends, and after how many calls."""
    with LLMServer(behave) as server:
        with pytest.raises(LLMError) as caught:
            asked(client(server, **more))
        assert KEY not in str(caught.value)
        return caught.value, len(server.calls)


def test_a_request_is_sent_as_it_is_and_its_answer_comes_back_with_its_cost() -> None:
    with LLMServer(says('{"entities": []}')) as server:
        reply = asked(client(server))
        [call] = server.calls
    assert (reply.text, reply.model, reply.mode) == ('{"entities": []}', "tiny", "schema")
    assert reply.usage == {"prompt_tokens": 11, "completion_tokens": 7}
    assert call.path == "/v1/chat/completions"
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert call.body == {
        "model": "tiny",
        "messages": list(ASKED.messages),
        "temperature": 0.7,
        "seed": 3,
        "max_tokens": 50,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": ASKED.schema},
        },
    }


def test_one_client_serves_several_runs_one_after_the_other() -> None:
    with LLMServer(says()) as server:
        llm = client(server)
        for _ in range(3):
            assert len(list(run(llm, [ASKED] * 5, 2))) == 5
        assert asyncio.run(llm.complete(ASKED)).text == "[]"
        assert asyncio.run(llm.complete(ASKED)).text == "[]"


@pytest.mark.parametrize(
    "trouble",
    [
        error(500, "oops"),
        error(503, "overloaded"),
        error(529, "overloaded"),
        error(429, "slow down"),
        error(408, "too slow"),
        Answer(502, PAGE),
        Answer(200, PAGE),
        Answer(200, {"error": {"message": "upstream died", "code": 502}}),
        Answer(200, completion() | {"choices": []}),
        Answer(200, completion() | {"choices": None}),
        Answer(200, completion() | {"choices": ["what"]}),
        Answer(200, "{not json", {"content-type": "application/json"}),
        Answer(200, "", {"content-type": "application/json"}),
        Answer(drop="before"),
        Answer(body=completion("x" * 1000), drop="midway"),
    ],
    ids=lambda a: f"{a.status}-{a.drop or str(a.body)[:30]}",
)
def test_trouble_that_passes_is_waited_out(trouble: Answer) -> None:
    with LLMServer(first(trouble, trouble, then=says("at last"))) as server:
        assert asked(client(server)).text == "at last"
        assert len(server.calls) == 3


@pytest.mark.parametrize(
    ("trouble", "kind", "sentence"),
    [
        (error(500, "oops"), "server_error", "(500): oops"),
        (Answer(502, PAGE), "server_error", "a web page titled “502 Bad Gateway”"),
        (Answer(200, PAGE), "bad_answer", "a web page titled “502 Bad Gateway”"),
        (Answer(200, {"error": {"message": "upstream died"}}), "bad_answer", "upstream died"),
        (Answer(drop="before"), "unreachable", "cannot be reached"),
        (error(429, "slow down"), "rate_limited", "no more requests for now: slow down"),
    ],
)
def test_trouble_that_stays_ends_in_one_sentence_after_the_agreed_number_of_tries(
    trouble: Answer, kind: str, sentence: str
) -> None:
    ended, calls = refused(trouble, attempts=3)
    assert ended.kind == kind
    assert sentence in str(ended)
    assert "\n" not in str(ended)
    assert calls == 3


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (error(429, "You exceeded your current quota", "insufficient_quota"), "quota"),
        (error(402, "Insufficient balance"), "quota"),
        (error(403, "insufficient_quota"), "quota"),
        (error(401, f"Incorrect API key provided: {KEY}."), "key_refused"),
        (error(404, "The model `tiny` does not exist", "model_not_found"), "no_such_model"),
        (error(400, "maximum context length is 8192 tokens, max_tokens is 50"), "too_long"),
        (error(400, "messages: bad role"), "refused"),
        (Answer(422, {"detail": [{"msg": "field required"}]}), "refused"),
        (Answer(404, {"error": "model 'tiny' not found, try pulling it first"}), "no_such_model"),
        (error(429, "come back tomorrow", retry_after="86400"), "rate_limited"),
    ],
    ids=lambda a: a if isinstance(a, str) else f"{a.status}",
)
def test_trouble_that_will_not_pass_is_asked_about_once(trouble: Answer, kind: str) -> None:
    ended, calls = refused(trouble)
    assert (ended.kind, calls) == (kind, 1), ended


def test_nobody_there_is_said_plainly() -> None:
    llm = OpenAIClient(Endpoint("tiny", "http://127.0.0.1:9/v1", attempts=2, backoff=0.001))
    with pytest.raises(LLMError, match=r"127\.0\.0\.1:9/v1 cannot be reached"):
        asked(llm)


@pytest.mark.parametrize(
    "slow", [Answer(body=completion(), drip=0.2), Answer(hold=asyncio.Event())]
)
def test_an_answer_that_drips_or_never_comes_is_given_up_in_time(slow: Answer) -> None:
    ended, calls = refused(slow, timeout=0.5, attempts=2)
    assert ended.kind == "timeout"
    assert "within 0.5 s" in str(ended)
    assert calls == 2


def test_a_wait_that_the_endpoint_asks_for_is_kept_and_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    with LLMServer(first(error(429, "busy", retry_after="1.1"))) as server:
        reply = asked(client(server))
    assert reply.text == "[]"
    assert "Waiting 1 s" in caplog.text
    assert "allows no more requests for now: busy" in caplog.text


def test_a_long_wait_ends_the_request_with_the_time_to_come_back() -> None:
    ended, calls = refused(error(429, "busy", retry_after="3600"))
    assert ended.retry_after == 3600
    assert "come back in 3600 s" in str(ended)
    assert calls == 1


def takes(*modes: str) -> Behaviour:
    """A server that knows only some forms of answer."""

    def behave(call: Call) -> Answer:
        mode = call.body.get("response_format", {"type": "text"})["type"]
        if mode in modes:
            return says(mode)
        return error(400, f"Invalid parameter: 'response_format' of type '{mode}' is not supported")

    return behave


def test_a_refused_schema_becomes_json_mode_and_then_plain_words() -> None:
    with LLMServer(takes("json_object")) as server:
        llm = client(server)
        assert asked(llm).mode == "json_object"
        assert asked(llm).mode == "json_object"
        assert len(server.calls) == 3
        said = server.calls[-1].said
    assert said.startswith("Ann left.\n\nAnswer with one JSON object")
    assert json.dumps(ASKED.schema) in said
    with LLMServer(takes("text")) as server:
        llm = client(server)
        assert asked(llm).mode == "plain"
        assert len(server.calls) == 3
    assert llm.status.remarks == (
        "The endpoint is asked differently from now on: it takes no JSON schema.",
        "The endpoint is asked differently from now on: it takes no JSON mode.",
    )


def test_many_calls_at_once_step_down_together_once() -> None:
    with LLMServer(takes("text")) as server:
        llm = client(server, concurrency=8)
        replies = [reply for _, reply in run(llm, [ASKED] * 24, 8)]
        assert all(isinstance(reply, Reply) and reply.mode == "plain" for reply in replies)
        assert len(llm.status.remarks) == 2


@pytest.mark.parametrize(
    ("words", "gone", "there"),
    [
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
         "max_tokens", "max_completion_tokens"),
        ("Unsupported value: 'temperature' does not support 0.7 with this model.",
         "temperature", "seed"),
        ("Unexpected keys in the request: {'seed'}", "seed", "temperature"),
    ],
)  # fmt: skip
def test_a_parameter_that_is_refused_is_left_out_in_the_open(
    words: str, gone: str, there: str
) -> None:
    def behave(call: Call) -> Answer:
        return error(400, words) if gone in call.body else says()

    with LLMServer(behave) as server:
        llm = client(server)
        asked(llm)
        asked(llm)
        assert len(server.calls) == 3
        assert gone not in server.calls[-1].body
        assert there in server.calls[-1].body
    assert len(llm.status.remarks) == 1


def test_a_dialect_that_is_known_already_costs_no_refusals() -> None:
    with LLMServer(takes("text")) as server:
        made = OpenAIClient(Endpoint("tiny", server.url), Dialect(mode="plain"))
        assert asked(made).text == "text"
        assert len(server.calls) == 1


def test_no_more_calls_run_at_once_than_a_person_chose() -> None:
    with LLMServer(says(delay=0.01)) as server:
        assert len(list(run(client(server, concurrency=3), [ASKED] * 30, 16))) == 30
        assert server.most <= 3


def test_an_overrun_endpoint_gets_fewer_calls_at_a_time_and_all_are_answered() -> None:
    with LLMServer(lambda call: error(429, "slow") if call.number < 8 else says()) as server:
        llm = client(server, concurrency=8, attempts=6)
        limits: list[int] = []
        for _, reply in run(llm, [ASKED] * 40, 8):
            assert isinstance(reply, Reply)
            limits.append(llm.status.limit)
        assert limits[0] < 8


def test_a_burst_of_errors_loses_no_request() -> None:
    def behave(call: Call) -> Answer:
        troubles = (error(500, "x"), error(429, "x"), Answer(drop="before"), Answer(503, PAGE))
        return troubles[call.number % 4] if call.number < 24 else says()

    with LLMServer(behave) as server:
        found = dict(run(client(server, concurrency=6, attempts=30), [ASKED] * 30, 6))
    assert sorted(found) == list(range(30))
    assert all(isinstance(reply, Reply) for reply in found.values())


def test_cancelling_leaves_no_call_behind() -> None:
    with LLMServer(lambda call: says() if call.number == 0 else Answer(hold=asyncio.Event())) as s:
        llm = client(s, concurrency=4)
        answers = run(llm, (ASKED for _ in range(1000)), 4, drain=0.05)
        next(answers)
        answers.close()
        assert llm.status.running == 0
        assert len(s.calls) < 10


@pytest.mark.parametrize("told", [None, "", [{"type": "text", "text": "[]"}]])
def test_an_answer_without_plain_text_is_text_all_the_same(told: object) -> None:
    body = completion() | {"choices": [{"index": 0, "message": {"role": "x", "content": told}}]}
    with LLMServer(Answer(body=body)) as server:
        assert asked(client(server)).text in ("", "[]")


def test_a_server_that_counts_nothing_costs_nothing_known() -> None:
    with LLMServer(Answer(body=completion(usage=False))) as server:
        assert asked(client(server)).usage == {}


def test_the_probe_tells_what_is_honoured_with_one_call() -> None:
    logprobs = {"content": [{"token": "x", "logprob": -0.1, "bytes": None, "top_logprobs": []}]}
    text = json.dumps({"colour": PROBE_ANSWER})
    with LLMServer(Answer(body=completion(text, logprobs=logprobs))) as server:
        found = asyncio.run(client(server).probe())
        assert len(server.calls) == 1
    assert found.honours() == {"schema": True, "usage": True, "seed": True, "logprobs": True}
    assert found.tokens_per_second is not None
    assert type(found).of(json.loads(json.dumps(found.as_values()))) == found


def test_the_probe_sees_what_is_ignored_and_what_is_refused() -> None:
    with LLMServer(Answer(body=completion("Blue.", usage=False))) as server:
        found = asyncio.run(client(server).probe())
    assert found.honours() == {"schema": False, "usage": False, "seed": True, "logprobs": False}

    def behave(call: Call) -> Answer:
        for name in ("logprobs", "seed", "response_format"):
            if name in call.body:
                return error(422, f"Unexpected keys in the request: {{'{name}'}}")
        return says("Blue.")

    with LLMServer(behave) as server:
        found = asyncio.run(client(server).probe())
    assert found.honours() == {"schema": False, "usage": True, "seed": False, "logprobs": False}
    assert found.dialect.mode == "plain"


def test_the_key_is_in_no_repr() -> None:
    assert KEY not in repr(Endpoint("m", "http://me:pass@host/v1", KEY))
    assert "pass" not in repr(Endpoint("m", "http://me:pass@host/v1", KEY))
