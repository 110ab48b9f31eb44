"""How handlers are attached, and how what they tell reaches people: one sentence in a corner.

No handler goes through Gradio's queue. A page hears from the queue over one event stream, which the
server ends when nothing is under way; a click in that very moment counts on the stream that ends,
and its answer never arrives. A plain request has no such moment, and it is not dropped when the
visitor closes the page. Gradio shows its own toasts only for the queue, so ours are a view.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ParamSpec

import gradio as gr
from gradio.blocks import Block

from engine.errors import EngineError
from studio import messages

if TYPE_CHECKING:
    from studio.pages.frame import Frame

P = ParamSpec("P")

log = logging.getLogger(__name__)

_said: ContextVar[list[str] | None] = ContextVar("said", default=None)


def attach(
    frame: Frame,
    listener: Callable[..., Any],
    handler: Callable[..., Any],
    inputs: Any = None,
    outputs: Any = None,
    **options: Any,
) -> Any:
    """Call a named handler on an event; nothing of it shows in the public API.

    `inputs` and `outputs` are what Gradio takes; `options` go to the listener. What the handler
    says, and why it could not do its work, is shown by the news of the frame.
    """
    options = {"show_progress": "hidden", "queue": False, **options}
    several = outputs if isinstance(outputs, list) else [] if outputs is None else [outputs]
    answer = spoken(handler, frame.news, None if isinstance(outputs, list) else outputs)
    return listener(answer, inputs, [*several, frame.news], api_visibility="private", **options)


def any_of(*listeners: Callable[..., Any]) -> Callable[..., Any]:
    """Several events as one listener, such as `any_of(button.click, box.submit)` for `attach`."""
    return functools.partial(gr.on, list(listeners))


def say(sentence: str) -> None:
    """Tell the person that something was done, once the handler has ended well.

    Raises:
        RuntimeError: no handler is running that was attached with `attach`.
    """
    said = _said.get()
    if said is None:
        raise RuntimeError("Only a handler that is attached with `attach` can say something.")
    said.append(sentence)


def spoken(
    handler: Callable[P, Any], news: Block, only: Block | None = None
) -> Callable[P, dict[Block, Any]]:
    """The handler, what it says and its errors turned into sentences of the news.

    Args:
        handler: returns a dictionary of components, or the value of `only`.
        news: the view that tells.
        only: the one component that the handler answers for; None: it returns a dictionary, or
            nothing at all.
    """

    @functools.wraps(handler)
    def answer(*args: P.args, **kwargs: P.kwargs) -> dict[Block, Any]:
        said: list[str] = []
        token = _said.set(said)
        try:
            result = handler(*args, **kwargs)
        except (EngineError, OSError) as error:
            return {news: _told("bad", [messages.sentence(error)])}
        except Exception as error:
            log.exception("A handler broke down.")
            return {news: _told("bad", [messages.sentence(error)])}
        finally:
            _said.reset(token)
        shown: dict[Block, Any] = (result or {}) if only is None else {only: result}
        return shown | {news: _told("good", said) if said else gr.skip()}

    return answer


def _told(kind: str, said: list[str]) -> dict[str, Any]:
    # The moment makes the same sentence twice two pieces of news.
    return {"kind": kind, "said": said, "at": time.time_ns()}
