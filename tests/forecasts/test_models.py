"""Records of runs: what does not fit together is refused."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.forecasts.models import RunRecord, shorten, to_half_lives
from tests.forecasts.feeds import learn, load_history
from tests.service import Service


@pytest.mark.parametrize(
    "change",
    [
        {"base": [0.1]},
        {"weights": [[[0.1]]]},
        {"weights": [[0.1], [[0.1]]]},
        {"half_lives_days": [1.0, 2.0]},
        {"kinds": []},
    ],
)
def test_figures_must_fit_together(small: Service, tmp_path: Path, change: dict[str, Any]) -> None:
    load_history(small, tmp_path)
    record = learn(small).model_dump()
    assert RunRecord.model_validate(record).to_run().kinds
    with pytest.raises(ValidationError):
        RunRecord.model_validate(record | change)


def test_figures_are_kept_with_six_digits() -> None:
    assert shorten(0.123456789) == 0.123457
    assert shorten(1.23456789e-9) == 1.23457e-9
    assert to_half_lives() == [1.0, 3.0, 10.0, 30.0, 100.0, None]
