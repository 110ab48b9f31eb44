import pytest

from db import projects
from db.errors import Invalid
from db.session import connect
from engine.types import EntityType
from studio import typesets
from studio.errors import RequestRefused


def test_a_list_gives_each_type_a_code_from_its_name():
    (found,) = typesets.parse("- {name: creative work, definition: A film.}", "t.yaml")
    assert (found.code, found.name, found.definition) == (
        "CREATIVE_WORK",
        "creative work",
        "A film.",
    )


def test_a_mapping_goes_from_code_to_name_and_definition():
    text = '{"PER": {"name": "person", "definition": "A human."}, "GPE": {"definition": "A land."}}'
    assert [(t.code, t.name) for t in typesets.parse(text, "labels.json")] == [
        ("PER", "person"),
        ("GPE", "GPE"),
    ]


def test_colour_and_key_are_kept():
    (found,) = typesets.parse("- {name: person, colour: '#aa0000', key: p}", "t.yaml")
    assert (found.colour, found.key) == ("#aa0000", "p")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {name: person", "line"),
        ("just words", "neither a list"),
        ("[]", "no entity types"),
        ("- {definition: A human.}", "has no name"),
        ("- {name: '  '}", "has no name"),
        ("- {name: person, color: red}", "no field 'color'"),
        ("- {name: person, key: 1}", "put key in quotes"),
        ("NO: {name: norway}", "put code in quotes"),
        ("- person", "a name and a definition are needed"),
        ("- {name: a b}\n- {name: A-B}", "the code A_B twice"),
        ("[" * 5000, "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_file_of_types_is_said(text, said):
    with pytest.raises(RequestRefused, match=r"t\.yaml") as caught:
        typesets.parse(text, "t.yaml")
    assert said in str(caught.value)


def test_broken_json_is_placed():
    with pytest.raises(RequestRefused, match="line 3"):
        typesets.parse('[\n{"name": "person"},\n{"name" "x"}\n]', "t.json")


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "types.yaml"
    path.write_bytes(b"- {name: a}\n\xff")
    with pytest.raises(RequestRefused, match=r"not UTF-8 text \(line 2\)"):
        typesets.read(path)


def test_no_object_is_built_from_yaml():
    with pytest.raises(RequestRefused):
        typesets.parse("- !!python/object/apply:os.getcwd []", "t.yaml")


def test_labels_find_a_type_by_code_or_name_whatever_their_case():
    types = [EntityType(1, "PER", "person"), EntityType(2, "PERSON", "role")]
    assert typesets.codes(types) == {"per": "PER", "person": "PERSON", "role": "PERSON"}


def test_a_code_made_from_a_long_name_is_as_long_as_a_code_can_be():
    name = "a very long name of an entity type, longer than any code can ever be in here"
    (found,) = typesets.parse(f"- {{name: '{name}'}}", "t.yaml")
    assert found.code == "A_VERY_LONG_NAME_OF_AN_ENTITY_TYPE_LONGER_THAN_ANY_CODE_CAN_EVER"
    assert len(found.code) == 64


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        (
            "PER: {name: person}\nLOC: {name: place}\nPER: {name: x}",
            "t.yaml",
            "line 3, .*PER stands",
        ),
        ('{"PER": {"name": "person"}, "PER": {"name": "x"}}', "t.json", "'PER' twice"),
        ("- {name: person}\n- {name: \x01}", "t.yaml", "line 2, cannot be read"),
    ],
)
def test_a_key_given_twice_and_what_is_no_text_are_refused_with_their_place(text, name, said):
    with pytest.raises(RequestRefused, match=said):
        typesets.parse(text, name)


def test_a_type_that_does_not_fit_is_named(tmp_path):
    database = connect(tmp_path / "studio.db")
    wanted = typesets.parse("- {name: person}\n- {name: place, key: '?'}", "t.yaml")
    with database.session() as session, pytest.raises(Invalid, match="Entity type 2, place: "):
        typesets.store(session, projects.create(session, "P").id, wanted)
    database.close()
