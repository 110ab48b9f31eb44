import torch

from engine.nuner.concepts import ConceptEncoder, Taxonomy, shown
from engine.nuner.config import CASINGS, EncoderConfig
from engine.nuner.encoder import ROLES, casing


def animals() -> Taxonomy:
    taxonomy = Taxonomy()
    taxonomy.add("dog", ["mammal"], "A barking animal.")
    taxonomy.add("mammal", ["animal"])
    taxonomy.add("stone")
    return taxonomy


def test_broader_concepts_are_found_through_every_chain():
    assert animals().closed()["dog"] == {"mammal", "animal"}


def test_a_concept_first_met_as_a_broader_one_still_learns_what_is_above_it():
    taxonomy = Taxonomy()
    taxonomy.add("senator", ["politician"])
    taxonomy.add("politician", ["person"])
    assert taxonomy.closed()["senator"] == {"politician", "person"}


def test_a_circle_of_broader_concepts_ends():
    taxonomy = Taxonomy()
    taxonomy.add("a", ["b"])
    taxonomy.add("b", ["a"])
    assert taxonomy.closed() == {"a": {"b"}, "b": {"a"}}


def test_the_matrix_holds_each_concept_and_its_broader_ones():
    names = ["dog", "mammal", "stone"]
    expected = torch.tensor([[1, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=torch.bool)
    assert torch.equal(animals().matrix(names), expected)


def test_rare_concepts_go_unless_others_are_narrower():
    taxonomy = animals()
    taxonomy.add("pebble", ["stone"], "A small stone.")
    left = taxonomy.without_rare({"dog": 2, "pebble": 1}, 2)
    assert left.broader == {"dog": ("mammal",), "mammal": ("animal",), "animal": (), "stone": ()}
    assert left.definitions == {"dog": ["A barking animal."]}


def test_a_second_definition_is_kept_beside_the_first():
    taxonomy = animals()
    taxonomy.add("dog", (), "A pet.")
    assert taxonomy.definitions["dog"] == ["A barking animal.", "A pet."]
    assert taxonomy.broader["dog"] == ("mammal",)


def test_an_untrained_concept_is_the_mean_of_its_two_sentence_vectors():
    encoder = ConceptEncoder(8, EncoderConfig()).eval()
    names, defined = torch.randn(3, 8), torch.randn(3, 8)
    assert torch.allclose(encoder(names, defined), (names + defined) / 2, atol=1e-6)


def test_logits_come_a_role_a_word_and_a_concept():
    encoder = ConceptEncoder(8, EncoderConfig())
    words = {role: torch.randn(5, 8) for role in ROLES}
    assert encoder.logits(words, torch.randn(2, 8)).shape == (3, 5, 2)


def test_a_concept_without_definition_is_shown_by_its_name():
    assert shown("city", "") == "city"
    assert shown("city", "A settlement.") == "city: A settlement."


def test_casing_tells_apart_what_an_uncased_backbone_cannot():
    given = {"the": "lower", "Rome": "capitalised", "NATO": "upper", "iPhone": "mixed"}
    given |= {"42": "digit", "B2B": "digit", "A": "capitalised", "!": "none", "東京": "none"}
    assert {word: CASINGS[casing(word)] for word in given} == given
