"""How handlers are attached, and how their errors reach people: one plain sentence in a toast."""

from __future__ import annotations

import functools
import html
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import gradio as gr

from engine.errors import EngineError
from studio import messages

AT_ONCE = 8
"""Calls of one handler that run side by side. Our choice: more than people on one studio."""

P = ParamSpec("P")
R = TypeVar("R")


def attach(
    listener: Callable[..., Any],
    handler: Callable[..., Any],
    inputs: Any = None,
    outputs: Any = None,
    **options: Any,
) -> Any:
    """Call a named handler on an event; nothing of it shows in the public API.

    `inputs` and `outputs` are what Gradio takes; `options` go to the listener. One visitor's long
    import does not hold up another's.
    """
    options = {"show_progress": "hidden", "concurrency_limit": AT_ONCE, **options}
    return listener(spoken(handler), inputs, outputs, api_visibility="private", **options)


def any_of(*listeners: Callable[..., Any]) -> Callable[..., Any]:
    """Several events as one listener: `attach(any_of(button.click, box.submit), handler, ...)`."""
    return functools.partial(gr.on, list(listeners))


def spoken(handler: Callable[P, R]) -> Callable[P, R]:
    """The handler, its expected errors turned into a sentence on the screen."""

    @functools.wraps(handler)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except (EngineError, OSError) as error:
            raise told(messages.sentence(error)) from error

    return answer


def told(sentence: str) -> gr.Error:
    """A sentence as a toast; toasts draw HTML, so it is escaped."""
    return gr.Error(html.escape(sentence), print_exception=False)


def say(sentence: str) -> None:
    """Tell the person that something was done."""
    gr.Info(html.escape(sentence), title="Done")
