"""Events as they are written: what is refused."""

import pytest
from pydantic import ValidationError

from app.events.models import EventCreate
from tests.catalogues import catalogue


def test_an_event_is_between_two() -> None:
    (visit,) = catalogue()["events"]
    assert EventCreate.model_validate(visit).recipient_id == "SWE"
    with pytest.raises(ValidationError, match="must differ"):
        EventCreate.model_validate(visit | {"recipient_id": visit["actor_id"]})
