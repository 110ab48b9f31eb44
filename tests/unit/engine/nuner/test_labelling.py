import pytest

from engine.errors import LLMError
from engine.llm.scripted import ScriptedLLM
from engine.nuner.labelling import label, read
from engine.types import Span

TEXT = "Ann met Ann Lee in Oslo, near Oslofjord."


def test_each_line_marks_one_occurrence():
    found = read("Ann <> person <> A human.\nOslo <> city <> A settlement.", TEXT)
    assert found.content.spans == (Span(0, 3, "person"), Span(19, 23, "city"))
    assert found.described == {"person": "A human.", "city": "A settlement."}
    assert found.reason == ""


def test_list_marks_and_prose_around_the_lines_do_not_matter():
    found = read("Here you are:\n1. Oslo <> City <> A settlement.\n\nDone.", TEXT)
    assert found.content.spans == (Span(19, 23, "city"),)


def test_what_is_not_in_the_text_as_quoted_is_told():
    found = read("OSLO <> city <> x\nLima <> city <> x\nAnn <> person <> x", TEXT)
    assert found.content.spans == (Span(0, 3, "person"),)
    assert found.unplaced == ("OSLO", "Lima")
    assert found.described == {"person": "x"}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("Ann <> person <> x\nOslo <> entity <> x", "a degenerate concept"),
        ("Ann <> 123 <> x", "a degenerate concept"),
        ("Ann <> somebody who is named in the text <> x", "a concept that is a sentence"),
        ("I would rather not.", "the reply marks nothing"),
        ("", "the reply marks nothing"),
        ("Lima <> city <> x", "nothing marked is in the text"),
    ],
)
def test_a_text_that_cannot_be_used_says_why(reply, reason):
    found = read(reply, TEXT)
    assert (found.reason, found.content.spans) == (reason, ())


def test_texts_come_back_in_order_one_call_each():
    texts = [f"Oslo {n} is a city." for n in range(20)]
    llm = ScriptedLLM(lambda _: "Oslo <> city <> A settlement.")
    done = list(label(llm, texts))
    assert [one.content.text for one in done] == texts
    assert len(llm.requests) == 20
    assert done[0].usage["llm_calls"] == 1


def test_a_call_without_an_answer_ends_the_work_after_what_is_done():
    def answer(request):
        if "3" in request.messages[-1]["content"]:
            raise LLMError("Gone.")
        return "Oslo <> city <> x"

    done = []
    with pytest.raises(LLMError, match="Gone"):
        for one in label(ScriptedLLM(answer), (f"Oslo {n}." for n in range(20))):
            done.append(one)
    assert len(done) == 3
