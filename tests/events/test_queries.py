"""Events as facts."""

from datetime import date

from app.events.queries import group_events
from tests.catalogues import catalogue
from tests.service import Service


def test_events_are_grouped_by_dyad_oldest_first(small: Service) -> None:
    first = catalogue()["events"][0]
    small.load(
        {
            "events": [
                first | {"key": "back", "actor_id": "SWE", "recipient_id": "NOR"},
                first | {"key": "before", "happened_on": "2019-12-01"},
                first | {"key": "elsewhere", "recipient_id": "DNK"},
            ]
        }
    )
    groups = group_events(small.snapshot(), lambda a, b: frozenset({a, b}))
    assert {pair: [e.ref for e in events] for pair, events in groups.items()} == {
        frozenset({"NOR", "SWE"}): [
            "event:catalogue.before",
            "event:catalogue.back",
            "event:catalogue.visit",
        ],
        frozenset({"NOR", "DNK"}): ["event:catalogue.elsewhere"],
    }
    visit = groups[frozenset({"NOR", "SWE"})][2]
    assert (visit.intensity, visit.own_day) == (4.0, date(2020, 1, 8))
    assert visit.evidence[0].available_on == date(2020, 1, 10)
