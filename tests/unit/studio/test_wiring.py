import pytest

from db import library, projects
from db.session import connect
from engine.errors import CheckpointError, TaggingError
from studio import llm_taggers, typesets, wiring
from studio.errors import RequestRefused
from studio.settings import load
from tests import tiny_embedder
from tests.builders import TAGGERS, TYPES, NamesTagger


@pytest.fixture
def settings():
    return load(taggers=TAGGERS)


@pytest.fixture
def database(tmp_path):
    database = connect(tmp_path / "studio.db")
    with database.session() as session:
        typesets.store(session, projects.create(session, "P").id, TYPES)
        projects.create(session, "Bare")
    yield database
    database.close()


def project(database, name):
    with database.session() as session:
        return projects.get(session, name)


def test_a_tagger_of_your_own_is_found_by_its_name(settings, database):
    tagger = wiring.tagger(settings, database, project(database, "P"), "names")
    assert isinstance(tagger, NamesTagger)
    (tagged,) = tagger.tag(["Ann left Acme."])
    assert [s.label for s in tagged.suggestions] == ["PER", "ORG"]


def test_every_tagger_there_is_has_a_line_for_people(settings):
    assert set(wiring.tagger_names(settings)) == {"embedded", *llm_taggers.NAMES, *TAGGERS}


def test_an_unknown_tagger_and_a_project_without_types_are_refused(settings, database):
    with pytest.raises(RequestRefused, match="embedded"):
        wiring.check(settings, database, project(database, "P"), "oracle")
    with pytest.raises(TaggingError, match="no entity types"):
        wiring.check(settings, database, project(database, "Bare"), "names")


def test_a_tagger_of_your_own_that_cannot_be_loaded_is_said(database):
    settings = load(taggers={"gone": "no.such.module:load", "odd": "json:nothing"})
    for name in settings.taggers:
        with pytest.raises(RequestRefused, match=name):
            wiring.tagger_for(settings, TYPES, name)


def test_a_tagger_of_your_own_takes_no_threshold(settings):
    with pytest.raises(RequestRefused, match="threshold"):
        wiring.tagger_for(settings, TYPES, "names", 0.5)


def test_a_folder_without_a_model_is_said(tmp_path):
    with pytest.raises(CheckpointError):
        wiring.tagger_for(load(checkpoint=tmp_path), TYPES, "embedded")


def test_examples_are_looked_up_with_the_embedder_that_their_library_was_built_with(
    settings, database, tmp_path
):
    folder = str(tiny_embedder.make(tmp_path))
    found = project(database, "P")
    assert wiring.embedder_of(settings, database, found.id).name.startswith("bundle")
    mine = load(taggers=TAGGERS, embedder=folder)
    assert folder in wiring.embedder_of(mine, database, found.id).name
    with database.session() as session:
        library.create(session, found.id, "embedded", {"embedder": ""}, [])
    assert wiring.embedder_of(mine, database, found.id).name.startswith("bundle")
    with database.session() as session:
        library.create(session, found.id, "embedded", {"embedder": folder}, [])
    assert folder in wiring.embedder_of(settings, database, found.id).name


@pytest.mark.parametrize("name", ["embedded", "names", "llm-zero-shot", "llm-zero-shot+sc"])
def test_a_tagger_without_examples_has_none_to_share(settings, database, monkeypatch, name):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("NER_STUDIO_LLM_MODEL", "small")
    with pytest.raises(RequestRefused, match="no examples"):
        wiring.tagger(load(taggers=TAGGERS), database, project(database, "P"), name, shared=3)
