"""The part of the settings page about the language model: which one, its prices, a test of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from db import llm_calls, llm_settings, projects
from db.llm_values import LLMChoice, LLMPrice
from engine.errors import EngineError
from studio import language_model, messages
from studio.errors import RequestRefused
from studio.language_model import Configured
from studio.pages.answers import attach, say
from studio.pages.frame import Address, Frame, HeaderValue, Update
from studio.widgets.view import view


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The components of the part."""

    shown: gr.HTML
    base_url: gr.Textbox
    model: gr.Textbox
    concurrency: gr.Number
    prices: gr.Textbox
    save: gr.Button
    test: gr.Button

    def fields(self) -> list[Any]:
        """The inputs."""
        return [self.base_url, self.model, self.concurrency, self.prices]


def build_view() -> gr.HTML:
    """Lay out what is known of the model."""
    return view("model", elem_id="ns-model")


def build(shown: gr.HTML) -> ModelChoice:
    """Lay out the inputs."""
    with gr.Column(elem_classes=["ns-card"]):
        base_url = gr.Textbox(
            label="Endpoint of the language model",
            info="Its address up to /v1. Empty: OpenAI's, when there is a key.",
            placeholder="http://localhost:8000/v1",
            interactive=True,
            elem_id="ns-endpoint",
        )
        model = gr.Textbox(label="Model", interactive=True, elem_id="ns-llm-model")
        concurrency = gr.Number(
            label="Calls at the same time",
            precision=0,
            interactive=True,
            elem_id="ns-concurrency",
        )
        prices = gr.Textbox(
            label="Prices",
            info="One model a line: its name, the price of a million tokens asked, and answered. "
            "Without a price a cost is unknown.",
            placeholder="my-model, 0.25, 2",
            lines=3,
            interactive=True,
            elem_id="ns-prices",
        )
        with gr.Row():
            save = gr.Button("Save model", elem_id="ns-save-model")
            test = gr.Button("Test connection", elem_id="ns-test-model")
    return ModelChoice(shown, base_url, model, concurrency, prices, save, test)


def refresh(frame: Frame, part: ModelChoice, address: Address) -> Update:
    """What the part shows for an address."""
    with frame.database.session() as session:
        chosen = llm_settings.choice(session)
        listed = llm_settings.prices(session).values()
    return {
        part.shown: shown(frame, address.project, turn=address.turn),
        part.base_url: chosen.base_url,
        part.model: chosen.model,
        part.concurrency: chosen.concurrency,
        part.prices: "\n".join(f"{p.model}, {p.prompt:g}, {p.completion:g}" for p in listed),
    }


def wire(part: ModelChoice, frame: Frame) -> None:
    """Attach the handlers."""

    def save(
        base_url: str, model: str, concurrency: float, prices: str, header: HeaderValue
    ) -> dict[str, Any]:
        _save(frame, LLMChoice(base_url, model, int(concurrency or 0)), prices_of(prices))
        say("The language model is saved.")
        return shown(frame, Address.of(header).project)

    def test(
        base_url: str, model: str, concurrency: float, prices: str, header: HeaderValue
    ) -> dict[str, Any]:
        _save(frame, LLMChoice(base_url, model, int(concurrency or 0)), prices_of(prices))
        bad = ""
        try:
            language_model.test(frame.settings, frame.database)
        except EngineError as error:
            bad = messages.sentence(error)
        return shown(frame, Address.of(header).project, bad=bad)

    inputs = [*part.fields(), frame.header]
    attach(frame, part.save.click, save, inputs, part.shown)
    attach(frame, part.test.click, test, inputs, part.shown, show_progress="full")


def _save(frame: Frame, chosen: LLMChoice, prices: list[LLMPrice]) -> None:
    """Keep a choice; on a shared studio nobody may send the owner's key elsewhere.

    Raises:
        Invalid: it cannot be kept.
        RequestRefused: the endpoint is the owner's to choose.
    """
    with frame.database.session() as session:
        before = llm_settings.choice(session)
        moved = llm_settings.checked_address(chosen.base_url) != before.base_url
        has_key = bool(language_model.configured(frame.settings, None).key_from)
        if moved and has_key and not frame.settings.local:
            raise RequestRefused(
                "This studio is shared and has a key: its endpoint is set by OPENAI_BASE_URL."
            )
        llm_settings.choose(session, chosen)
        llm_settings.set_prices(session, prices)


def prices_of(written: str) -> list[LLMPrice]:
    """The prices of a text, one a line.

    Raises:
        RequestRefused: a line is no name and two numbers.

    >>> prices_of("my-model, 0.25, 2")
    [LLMPrice(model='my-model', prompt=0.25, completion=2.0)]
    """
    listed = []
    for line in filter(None, (line.strip() for line in written.splitlines())):
        parts = [part.strip() for part in line.rsplit(",", 2)]
        try:
            model, prompt, completion = parts
            listed.append(LLMPrice(model, float(prompt), float(completion)))
        except ValueError as error:
            raise RequestRefused(
                f"A price is written as: name, number, number. This is not: {line[:80]}"
            ) from error
    return listed


def shown(frame: Frame, project: str, *, turn: int = 0, bad: str = "") -> dict[str, Any]:
    """What is known of the model, for the view; `bad` is why a test failed."""
    found = language_model.configured(frame.settings, frame.database)
    with frame.database.session() as session:
        tested = llm_settings.honours(session, found.address, found.model)
        known = projects.find(session, project)
        bill = llm_calls.totals(session, project_id=known.id if known else 0)
    return {
        "state": {"ready": found.ready, "text": _asks(found)},
        "key": f"there, from {found.key_from}"
        if found.key_from
        else "none: local servers need none",
        "fixed": [f"The environment sets the {_FIXED[name]}." for name in found.fixed],
        "honours": language_model.in_words_of(tested) if tested and not bad else [],
        "bill": {
            "calls": bill.calls,
            "cached": bill.cached,
            "failed": bill.failed,
            "tokens": _whole(bill.prompt_tokens, bill.completion_tokens),
            "cost": bill.cost,
        },
        "bad": bad,
        "turn": turn,
    }


_FIXED = {"base_url": "endpoint", "model": "model"}


def _whole(prompt: int | None, completion: int | None) -> int | None:
    return None if prompt is None or completion is None else prompt + completion


def _asks(found: Configured) -> str:
    if found.ready:
        return f"{found.model} at {found.address}, {found.concurrency} calls at the same time"
    return "nobody: recorded answers only"
