"""The words of a forecast."""

from pathlib import Path

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
        f"{found['probability']}, with an interval of {found['low']} to {found['high']}. The past "
        f"lets expect {found['expected']} such events; most is due to {first['label']} on "
        f"{first['happened_on']}: without it the probability would be {first['without']}."
    )
    either = both.get(f"{asked}&side=either&event_type=CONSULT").json()
    assert "of an event CONSULT between Sweden and Norway" in either["text"]
