"""Verification: what the service made is right, and each thing that was damaged is named."""

from pathlib import Path

import pytest

from app.proposals.models import to_proposal_id
from tests.backups.ways import damage, fill, named, verified
from tests.forecasts.feeds import learn_and_store, load_history
from tests.service import Service


def test_what_the_service_made_is_as_it_should_be(filled: Service) -> None:
    done = verified(filled)
    assert not done.findings.named
    assert done.revisions == filled.snapshot().revision
    assert done.records > 250
    assert done.dyads == 1
    assert done.indexed is None


def test_the_starter_is_as_it_should_be(starter: Service) -> None:
    assert not named(starter)


def test_what_was_learned_is_as_it_should_be(both: Service, tmp_path: Path) -> None:
    load_history(both, tmp_path)
    learn_and_store(both)
    assert not named(both)


def test_an_empty_database_is_as_it_should_be(both_empty: Service) -> None:
    assert not named(both_empty)


THIRD = to_proposal_id("third-plan")


@pytest.mark.parametrize(
    ("statement", "place", "detail"),
    [
        ("UPDATE revision SET number = 9999 WHERE number = 3", "revision 3", "is missing"),
        (
            "UPDATE revision SET recorded_at = '2020-01-01 00:00:00' WHERE number = 200",
            "revision 200",
            "before the one before",
        ),
        (
            "UPDATE revision SET action = 'create' WHERE action = 'update'",
            "revision",
            "cannot follow",
        ),
        (
            "UPDATE revision SET record = '{}' WHERE resource_id = 'security'",
            "domain security",
            "cannot be read",
        ),
        (
            "UPDATE revision SET diff = '[]' WHERE action = 'update' AND resource = 'proposal'",
            "proposal",
            "does not say what changed",
        ),
        (
            "UPDATE revision SET resource_id = 'healthy' WHERE resource_id = 'health'",
            "domain healthy",
            "holds the record of health",
        ),
        ("DELETE FROM proposal_text WHERE revision > 200", "text of revision", "is missing"),
        ("UPDATE proposal_text SET body = 'other'", "text of revision", "is not that"),
        (
            "INSERT INTO proposal_text (revision, body) VALUES (1, 'stray')",
            "text of revision 1",
            "belongs to no proposal",
        ),
        (
            f"UPDATE factor SET severity = 'high' WHERE id = '{THIRD}.budget'",
            THIRD,
            "factor",
        ),
        (f"DELETE FROM participant WHERE proposal_id = '{THIRD}'", THIRD, "participant"),
        ("DELETE FROM evidence WHERE judgement_id IS NOT NULL", "proposal", "evidence"),
        (
            f"UPDATE proposal SET title = 'Wrong' WHERE id = '{THIRD}'",
            THIRD,
            "lacks a row in proposal",
        ),
        ("UPDATE actor_name SET name = 'Nobody' WHERE name = 'Nordic Council'", "actor", "name"),
        ("UPDATE source SET actor_id = 'nobody'", "table source", "actor_id to nothing"),
        ("DELETE FROM domain WHERE id = 'health'", "domain health", "lacks a row in domain"),
        ("UPDATE dyad SET actor_id = 'nobody'", "dyad 1", "never was an actor"),
        ("DELETE FROM event_retraction", "report 2 of icews", "is not retracted"),
        ("UPDATE feed_day SET rows = rows + 1", "revision", "has other rows by day"),
        ("UPDATE event_import SET stored = stored + 1", "import", "does not add up"),
        ("UPDATE event_import SET rejected = 1", "import", "and kept 0"),
        ("UPDATE event_report SET revision = 1", "revision 1", "are said to have come with it"),
        (
            "UPDATE revision SET record = '{}' WHERE resource = 'event_batch'",
            "event_batch",
            "cannot be read",
        ),
        (
            "UPDATE revision SET diff = 'x' WHERE action = 'delete'",
            "event catalogue.visit",
            "cannot be read",
        ),
        ("DROP TABLE served_ranking", "table served_ranking", "is missing"),
        ("DROP INDEX ix_revision_record", "table revision", "lacks the index"),
        ("UPDATE dyad_day SET events = events + 1", "dyad NOR to SWE, 2020-02-0", "add up"),
        ("DELETE FROM event_report WHERE feed_id = '3'", "dyad NOR to SWE, 2020-02-03", "add up"),
    ],
)
def test_what_was_damaged_is_named(
    filled: Service, statement: str, place: str, detail: str
) -> None:
    damage(filled, statement)
    found = named(filled)
    assert [f for f in found if place in f.place and detail in f.detail], found


def test_rows_that_nobody_owns_are_told(filled: Service) -> None:
    damage(
        filled,
        "INSERT INTO domain (id, name, description, revision, parent_id) "
        "VALUES ('stray', 'Stray', 'Stray', 1, NULL)",
    )
    assert [f for f in named(filled) if f.place == "table domain" and "no record" in f.detail]


def test_a_record_that_refers_to_nothing_is_named(filled: Service) -> None:
    damage(
        filled,
        "UPDATE revision SET record = replace(record, '\"SWE\"', '\"SWX\"') "
        f"WHERE resource_id = '{THIRD}'",
    )
    details = [f.detail for f in named(filled) if THIRD in f.place]
    assert "/participants/1/actor_id: no actor has this id" in details


def test_only_the_first_of_many_are_spelt_out(filled: Service) -> None:
    damage(filled, "UPDATE revision SET diff = '[{}]'")
    found = verified(filled).findings
    assert found.counts.total() > 250
    assert len(found.named) <= 40
    assert found.unnamed == found.counts.total() - len(found.named)


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE factor SET since_on = 'x'", "table factor"),
        ("UPDATE revision SET recorded_at = 'x' WHERE number = 9", "table revision"),
        ("UPDATE revision SET resource_id = X'ff' WHERE number = 9", "row of revision 9"),
        ("UPDATE dyad_day SET events = 'many'", "row of dyad_day"),
        ("UPDATE proposal_text SET body = NULL", "row of proposal_text"),
        ("UPDATE api_key SET scopes = X'ff'", "row of api_key"),
        ("UPDATE kept_answer SET body = 'text'", "row of kept_answer"),
    ],
)
def test_values_of_another_type_are_named(
    small: Service, tmp_path: Path, statement: str, place: str
) -> None:
    fill(small, tmp_path)
    damage(small, statement)
    found = named(small)
    assert [f for f in found if f.place.startswith(place)], found
    assert found[-1].detail.startswith("was not looked at")


def test_a_trigger_is_named(small: Service) -> None:
    damage(small, "CREATE TRIGGER gone AFTER INSERT ON revision BEGIN DELETE FROM revision; END")
    assert [f.place for f in named(small)] == ["trigger gone", "the rest"]
