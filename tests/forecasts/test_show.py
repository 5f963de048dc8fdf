"""The words of a forecast."""

from pathlib import Path

import pytest

from tests.forecasts.feeds import LAST, learn_and_store, load_history
from tests.service import Service


def test_a_sentence_names_whom_what_and_what_drives_it(both: Service, tmp_path: Path) -> None:
    load_history(both, tmp_path)
    learn_and_store(both)
    asked = f"/v1/forecasts?actor=SWE&recipient=NOR&as_of={LAST}&horizon_days=7"
    found = both.get(asked).json()
    first = found["drivers"][0]
    assert found["text"] == (
        "The probability of a cooperative event of Sweden towards Norway within 7 days is "
        f"{found['probability']}, with an interval of {found['low']} to {found['high']}. It is "
        f"calibrated from the {found['expected']} such events that the process lets expect, "
        f"{found['base']} of them without any past. The act that weighs most, with a share of "
        f"{first['share']}, is {first['label']} on {first['happened_on']}: without it the "
        f"probability would be {first['without']}."
    )
    assert found["judged"] is True
    either = both.get(f"{asked}&side=either&event_type=CONSULT").json()
    assert "of an event CONSULT between Sweden and Norway" in either["text"]
    assert either["text"].endswith("Forecasts of single types were not judged.")
    assert either["judged"] is False


def test_a_part_of_a_state_is_said_to_count_as_it(both: Service, tmp_path: Path) -> None:
    load_history(both, tmp_path)
    learn_and_store(both)
    found, whole = (
        both.get(f"/v1/forecasts?actor={actor}&recipient=SWE&as_of={LAST}").json()
        for actor in ("nor-defence", "NOR")
    )
    assert (found["actor_id"], found["actor_counts_as"]) == ("nor-defence", "NOR")
    assert found["probability"] == whole["probability"]
    name = found["actor_name"]
    assert f"of Norway towards Sweden ({name} counts as Norway)" in found["text"]
    assert "counts as" not in whole["text"]


def test_acts_by_kind_and_base_are_all_there_is(both: Service, tmp_path: Path) -> None:
    load_history(both, tmp_path)
    learn_and_store(both)
    found = both.get(f"/v1/forecasts?actor=SWE&recipient=NOR&as_of={LAST}").json()
    kinds = found["by_kind"]
    told = found["base"] + sum(kind["expected"] for kind in kinds)
    assert told == pytest.approx(found["expected"], abs=1e-5)
    assert len({(k["actor_id"], k["event_type"], k["quad_class"]) for k in kinds}) == len(kinds)
    assert {kind["actor_id"] for kind in kinds} == {"NOR", "SWE"}
    assert [k["expected"] for k in kinds] == sorted((k["expected"] for k in kinds), reverse=True)
