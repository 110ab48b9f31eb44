"""`llm test`: one real call to the language model's endpoint."""

from __future__ import annotations

import typer

from studio.commands import console

llm_app = typer.Typer(help="The language model's endpoint.")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(llm_app, name="llm")


@llm_app.callback()
def group() -> None:
    """The language model's endpoint."""


@llm_app.command("test")
def test(context: typer.Context) -> None:
    """Make one real call and say what the endpoint honours, and how fast it is."""
    from studio import language_model

    screen = console.of(context)
    settings = screen.settings()
    if settings.db.exists():
        with screen.database() as database:
            found = language_model.test(settings, database)
    else:
        found = language_model.test(settings, None)
    values = {
        "ok": True,
        "model": found.model,
        "honours": found.honours(),
        "seconds": round(found.seconds, 3),
        "tokens_per_second": found.tokens_per_second and round(found.tokens_per_second, 1),
        "mode": found.dialect.mode,
    }
    screen.answer(values, [f"{name}: {said}." for name, said in language_model.in_words(found)])
