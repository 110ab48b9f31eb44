"""Two people do not open the same text unawares, and nobody is locked out."""

from datetime import timedelta

import pytest

from db import leases, sifting
from db.columns import now
from db.errors import Invalid, NotFound
from db.values import Queue, Sieve
from tests.corpus import Corpus


def test_the_second_to_come_hears_since_when_the_first_is_there(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann")
    with demo.database.session() as s:
        assert leases.take(s, text_id, "one", author="Ann") is None
        since = leases.of(s, text_id)
        assert leases.take(s, text_id, "one") is None
        other = leases.take(s, text_id, "two")
        assert other is not None
        assert since is not None
        assert (other.holder, other.since) == ("one", since.since)


def test_a_lease_ends_by_itself(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann")
    long_ago = now() - timedelta(seconds=leases.SECONDS + 1)
    with demo.database.session() as s:
        leases.take(s, text_id, "one", moment=long_ago)
        assert leases.of(s, text_id) is None
        assert leases.take(s, text_id, "two") is None
        assert leases.take(s, text_id, "one") is not None


def test_whoever_goes_on_anyway_takes_it_over(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann")
    with demo.database.session() as s:
        leases.take(s, text_id, "one")
        assert leases.take(s, text_id, "two", force=True) is None
        assert leases.take(s, text_id, "one") is not None


def test_only_the_holder_lets_go(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann")
    with demo.database.session() as s:
        leases.take(s, text_id, "one")
        leases.release(s, text_id, "two")
        assert leases.of(s, text_id) is not None
        leases.release(s, text_id, "one")
        assert leases.of(s, text_id) is None


@pytest.mark.parametrize("sieve", [Sieve(), Sieve(contains="text")])
def test_the_queue_skips_what_others_have_open(demo: Corpus, sieve: Sieve) -> None:
    ids = demo.add("text 1", "text 2", "text 3")
    mine = Queue("position", sieve, "me")
    with demo.database.session() as s:
        leases.take(s, ids[0], "other")
        leases.take(s, ids[1], "other")
        assert sifting.first(s, demo.project_id, mine) == ids[2]
        assert sifting.around(s, demo.project_id, ids[2], mine).next is None
        assert leases.held(s, demo.project_id, "me") == 2
        theirs = Queue("position", sieve, "other")
        assert sifting.first(s, demo.project_id, theirs) == ids[0]
        leases.release(s, ids[1], "other")
        assert sifting.first(s, demo.project_id, mine) == ids[1]


def test_only_texts_have_leases_and_only_holders_take_them(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann")
    with demo.database.session() as s:
        with pytest.raises(NotFound):
            leases.take(s, 99, "one")
        with pytest.raises(Invalid):
            leases.take(s, text_id, "")
