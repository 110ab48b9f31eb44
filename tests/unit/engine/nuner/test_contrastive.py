import pytest
import torch

from engine.nuner import corpus as corpora
from engine.nuner.config import PretrainConfig
from engine.nuner.contrastive import (
    ConceptTable,
    Marks,
    choose_concepts,
    loss,
    make_composites,
    mark,
    show,
    targets,
)
from tests.nuner import tiny_backbone, write_sets


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = write_sets(tmp_path_factory.mktemp("sets"))
    backbone = tiny_backbone()
    paths = [folder / "open_types.jsonl.gz", folder / "broad_twitter.jsonl"]
    corpus = corpora.load(paths, backbone.tokenizer, 192)
    config = PretrainConfig(too_close=1.1)
    return corpus, ConceptTable(corpus, backbone, config), config


def open_and_closed(corpus):
    return [corpus.examples[0], next(e for e in corpus.examples if e.source == "broad_twitter")]


def test_mentions_stand_on_the_words_of_the_text(world):
    corpus, table, _ = world
    marks = mark(open_and_closed(corpus), table)
    names = [table.names[i] if i >= 0 else "" for i in marks.concept.tolist()]
    assert names[:9] == ["", "", "dish", "", "city", "", "", "", ""][: len(names[:9])]
    assert names.count("location") == 2
    assert marks.role[1].sum() == marks.role[2].sum() == 4


def test_a_mention_is_positive_for_its_concept_and_every_broader_one(world):
    corpus, table, config = world
    marks = mark(open_and_closed(corpus), table)
    concepts = torch.arange(table.plain)
    target, weight = targets(marks, concepts, table, config)
    for word, concept in enumerate(marks.concept.tolist()):
        for column in range(table.plain):
            covered = concept >= 0 and bool(table.covers[concept, column])
            assert target[word, column] == float(covered)
            if covered:
                assert weight[word, column] == config.positive_weight


def test_an_unmarked_word_speaks_loudest_against_its_own_closed_set(world):
    corpus, table, config = world
    marks = mark(open_and_closed(corpus), table)
    _, weight = targets(marks, torch.arange(table.plain), table, config)
    at = {name: i for i, name in enumerate(table.names[: table.plain])}
    plain = marks.concept < 0
    closed = marks.row_set == table.sets.index("broad_twitter")
    assert (weight[plain & closed, at["location"]] == config.closed_negative).all()
    assert (weight[plain & closed, at["city"]] == config.closed_negative).all()
    assert (weight[plain & closed, at["dish"]] == config.foreign_negative).all()
    assert (weight[plain & ~closed, at["dish"]] == config.open_negative).all()


def test_a_narrower_concept_is_no_negative_for_a_broad_mention(world):
    _corpus, table, config = world
    kind = table.at["location"]
    marks = Marks(torch.tensor([kind]), torch.ones(3, 1), torch.tensor([0]))
    _, weight = targets(marks, torch.tensor([table.at["city"], table.at["dish"]]), table, config)
    assert weight[0, 0] == 0
    assert weight[0, 1] > 0


def test_without_hypernyms_a_mention_is_its_own_concept_alone(world):
    corpus, _, _ = world
    config = PretrainConfig(use_hypernyms=False)
    table = ConceptTable(corpus, tiny_backbone(), config)
    assert not table.covers[table.at["city"], table.at["location"]]


def test_a_batch_meets_the_concepts_it_holds(world):
    corpus, table, _config = world
    marks = mark(open_and_closed(corpus), table)
    chosen = set(choose_concepts(marks, table, PretrainConfig(random_concepts=0)).tolist())
    assert {table.at[n] for n in ("dish", "city", "location", "food")} <= chosen


def test_a_name_alone_is_shown_twice(world):
    _, table, _ = world
    names, defined = show(torch.tensor([table.at["city"]]), table, 0.0)
    assert torch.equal(names, defined)
    names, defined = show(torch.tensor([table.at["city"]]), table, 1.0)
    assert not torch.equal(names, defined)


def test_the_loss_of_perfect_logits_is_nothing_and_of_wrong_ones_large(world):
    corpus, table, config = world
    marks = mark(open_and_closed(corpus), table)
    target, weight = targets(marks, torch.arange(table.plain), table, config)
    right = torch.stack([(target * role[:, None] * 2 - 1) * 30 for role in marks.role])
    assert loss(right, marks.role, target, weight, 0.5) < 1e-6
    assert loss(-right, marks.role, target, weight, 0.5) > 10


def test_composites_need_enough_broad_concepts(world):
    corpus, _, _ = world
    import random

    assert make_composites(corpus, random.Random(0)) == []
