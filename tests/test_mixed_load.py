"""Lists, rankings and writes at once: nothing fails, no list mixes revisions, memory is flat."""

from pathlib import Path

import pytest
import uvloop

from benchmarks import mixed
from benchmarks.figures import slope

PROPOSALS, CLIENTS, SECONDS = 300, 4, 8.0
# Caches fill in the first seconds; what leaks goes on. In megabytes a second.
MOST_GROWTH = 2.0


@pytest.mark.parametrize("postgresql", [False, True], ids=["sqlite", "postgresql"])
def test_a_mixed_load(tmp_path: Path, *, postgresql: bool) -> None:
    with (
        mixed.open_database(tmp_path, postgresql=postgresql) as url,
        mixed.serve_catalogue(PROPOSALS, url, tmp_path) as (server, key),
    ):
        outcome = uvloop.run(mixed.run(server, key, SECONDS, CLIENTS))
    assert {status for _, status in outcome.statuses} == {200}, outcome.statuses
    assert all(outcome.statuses[kind, 200] for kind in mixed.SHARES)
    assert outcome.faults == []
    assert len({seen.revision for seen in outcome.seen}) > 1
    later = outcome.memory[len(outcome.memory) // 2 :]
    times, sizes = zip(*later, strict=True)
    assert slope(times, sizes) < MOST_GROWTH


def test_a_mixture_would_be_found() -> None:
    listed = b'{"items":[%b],"total":1,"meta":{"revision":%d}}'
    item = b'{"revision":%d,"id":"prop-1","slug":"a","title":"%b"}'
    history = mixed.History.begin(mixed.read_list(listed % (item % (1, b"Old"), 1)))
    history.record("a", 2, "New")
    for title, number, is_sound in ((b"Old", 1, True), (b"New", 2, True), (b"Old", 2, False)):
        seen = mixed.read_list(listed % (item % (number, title), number))
        assert (history.find_faults(seen) == []) == is_sound
    ahead = mixed.read_list(listed % (item % (2, b"Old"), 1))
    assert history.find_faults(ahead) != []
    never = mixed.read_list(listed % (item % (1, b"Old"), 7))
    assert history.find_faults(never) != []
