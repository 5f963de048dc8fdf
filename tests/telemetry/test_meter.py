"""The meter."""

from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.meter import ENDS, Durations


@given(st.lists(st.floats(0, 100)))
def test_buckets_hold_what_took_at_most_so_long(seconds: list[float]) -> None:
    durations = Durations()
    for each in seconds:
        durations.add(each)
    counts = dict(durations.cumulated())
    assert counts.pop("+Inf") == len(seconds)
    assert counts == {str(end): sum(each <= end for each in seconds) for end in ENDS}
