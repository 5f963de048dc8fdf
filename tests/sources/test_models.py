"""What a source must be."""

from tests.catalogues import REPORT
from tests.service import Service


def test_a_source_cannot_be_used_before_it_was_published(both: Service) -> None:
    early = REPORT | {"id": "early", "published_on": "2020-05-15", "available_on": "2019-06-03"}
    answer = both.write("POST", "/v1/sources", early)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == "/body"
