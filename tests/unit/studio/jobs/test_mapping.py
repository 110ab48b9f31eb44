"""The mapping job draws texts and examples, says who belongs where, and refines its picture."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from db import clusters, library, maps
from db.library_values import Feature
from db.session import Database, connect
from engine.errors import TaggingError
from engine.reverse_ner.config import FeatureConfig
from studio.jobs import mapping
from tests.builders import annotated
from tests.corpus import Corpus, corpus

CITIES = [f"The {name} council of the old city met again." for name in ("Oslo", "Lima", "Rome")]
DISHES = [f"We ate {name} with rice and cold soup today." for name in ("ceviche", "curry", "tofu")]


class BagOfWords:
    """An embedder in which shared words are what makes texts alike."""

    name = "bag of words"

    def __init__(self) -> None:
        self._words: dict[str, int] = {}
        self.seen: list[str] = []

    def embed(self, texts):
        self.seen += texts
        rows = np.full((len(texts), 64), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().rstrip(".").split():
                row[self._words.setdefault(word, len(self._words)) % 64] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Corpus]:
    database = connect(tmp_path / "studio.db")
    yield corpus(database)
    database.close()


def draw(demo: Corpus, **more) -> list:
    wanted = FeatureConfig(k=2, restarts=1)
    return list(mapping.draw(demo.database, BagOfWords(), demo.project_id, None, wanted, **more))


def drawn(database: Database, project_id: int) -> maps.TextMap:
    with database.session() as session:
        found = maps.get(session, project_id)
    assert found is not None
    return found


def test_a_map_of_texts_alone_clusters_them_for_the_eye(demo: Corpus):
    ids = demo.add(*CITIES, *DISHES)
    reports = draw(demo)
    found = drawn(demo.database, demo.project_id)
    assert found.texts == tuple(ids)
    assert found.examples == ()
    assert found.picks == ()
    assert len(found.plane) == len(ids)
    assert found.fine is not None
    assert found.curve[2] > found.curve[5]
    assert [report.step for report in reports] == [0, 7, 8]
    assert {report.total for report in reports} == {8}
    with demo.database.session() as session:
        dots = maps.dots(session, demo.project_id, ids)
        assert clusters.any_known(session, demo.project_id)
    of = [dots[text_id].cluster for text_id in ids]
    assert of[:3] == [of[0]] * 3
    assert of[3:] == [1 - of[0]] * 3 if of[0] is not None else False
    assert sum(dots[text_id].medoid for text_id in ids) == 2


def test_the_first_report_that_has_a_map_comes_before_the_finer_layout(demo: Corpus):
    demo.add(*CITIES, *DISHES)
    steps = mapping.draw(demo.database, BagOfWords(), demo.project_id, None)
    for report in steps:
        if report.step == report.total - 1:
            break
    assert drawn(demo.database, demo.project_id).fine is None
    list(steps)
    assert drawn(demo.database, demo.project_id).fine is not None


def test_feature_sentences_are_the_medoids_and_examples_say_whom_they_help(demo: Corpus):
    ids = demo.add(*CITIES, *DISHES)
    features = [Feature(CITIES[1], ids[1], 3), Feature(DISHES[2], ids[5], 3)]
    with demo.database.session() as session:
        library.create(session, demo.project_id, "person", {}, features)
        told = [
            annotated("The Paris council of the old city met.", LOC="Paris"),
            annotated("We ate pizza with rice and cold soup.", ORG="pizza"),
        ]
        city, dish = (library.add(session, demo.project_id, one, "me") for one in told)
        library.set_status(session, dish, "rejected", "me")
    draw(demo)
    found = drawn(demo.database, demo.project_id)
    assert found.examples == (city, dish)
    assert len(found.plane) == len(ids) + 2
    assert found.picks == ((0,),) * 6
    with demo.database.session() as session:
        dots = maps.dots(session, demo.project_id, ids)
    assert [n for n in ids if dots[n].medoid] == [ids[1], ids[5]]
    assert [dots[n].cluster for n in ids] == [0, 0, 0, 1, 1, 1]


def test_a_large_project_is_drawn_from_a_sample_with_all_feature_sentences(
    demo: Corpus, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(mapping, "MOST", 4)
    ids = demo.add(*CITIES, *DISHES)
    with demo.database.session() as session:
        library.create(session, demo.project_id, "person", {}, [Feature(DISHES[2], ids[5], 6)])
    draw(demo)
    found = drawn(demo.database, demo.project_id)
    assert ids[5] in found.texts
    assert len(found.texts) <= 4


def test_a_project_without_texts_has_no_map(demo: Corpus):
    with pytest.raises(TaggingError, match="no texts"):
        draw(demo)
