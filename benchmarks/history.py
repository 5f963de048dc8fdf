"""Own writes by revision, and whether lists seen meanwhile each show one revision only."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_REVISION = re.compile(rb'"revision":(\d+)')
_ITEM = re.compile(rb'"slug":"([^"]+)","title":"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Seen:
    """A list that was answered: its revision, the latest of its items, and titles by slug."""

    revision: int
    latest_of_items: int
    titles: Mapping[str, str]


def read_list(body: bytes, slugs: Iterable[str] | None = None) -> Seen:
    """What a list shows of these proposals, or of all.

    Raises ValueError if it does not look like a list. It is not parsed whole: whoever measures
    must not be busy when the next answer comes.
    """
    items, meta = body.rsplit(b'"meta":', 1)
    found = dict(_ITEM.findall(items))
    if len(found) != items.count(b'"slug":'):
        raise ValueError("a list whose slugs and titles do not stand side by side")
    told = _REVISION.search(meta)
    if told is None:
        raise ValueError("a list without a revision")
    wanted = found if slugs is None else [slug.encode() for slug in slugs]
    titles = {slug.decode(): found[slug].decode() for slug in wanted if slug in found}
    latest = max((int(number) for number in _REVISION.findall(items)), default=0)
    return Seen(int(told[1]), latest, titles)


@dataclass(slots=True)
class History:
    """The titles of some proposals, as at the first revision and as changed since."""

    titles: dict[str, list[tuple[int, str]]]
    revisions: set[int] = field(default_factory=set)

    @classmethod
    def begin(cls, seen: Seen) -> "History":
        """A history of the proposals in a list that was seen before any write."""
        titles = {slug: [(seen.revision, title)] for slug, title in seen.titles.items()}
        return cls(titles, {seen.revision})

    def record(self, slug: str, revision: int, title: str) -> None:
        """Adds a write; writes may come to be known in any order."""
        self.titles[slug].append((revision, title))
        self.titles[slug].sort()
        self.revisions.add(revision)

    def title_at(self, slug: str, revision: int) -> str:
        """The title as of a revision, not before the first."""
        changes = self.titles[slug]
        return changes[bisect_right(changes, revision, key=lambda change: change[0]) - 1][1]

    def find_faults(self, seen: Seen) -> list[str]:
        """What is wrong with a list: a revision that never was, or parts of another one."""
        if seen.revision not in self.revisions:
            return [f"revision {seen.revision} is none that was written"]
        faults = [
            f"{slug} at revision {seen.revision} is {title!r}, not {expected!r}"
            for slug, title in seen.titles.items()
            if title != (expected := self.title_at(slug, seen.revision))
        ]
        if seen.latest_of_items > seen.revision:
            faults.append(f"an item of revision {seen.latest_of_items} at {seen.revision}")
        return faults
