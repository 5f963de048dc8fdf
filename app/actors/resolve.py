"""From a name as people write it to actors, best first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from app.actors.models import NameKind
from app.actors.names import to_search_key
from app.actors.queries import Name

# Below this likeness (0-100) two names are taken to have nothing to do with each other.
LEAST_LIKENESS = 70.0
# A likeness short of identity never counts as much as the identical name.
MOST_INEXACT = 0.99
# Codes are exact or wrong: JPM is not a misspelling of JPN.
EXACT_ONLY = frozenset({"alpha_2", "alpha_3"})
# Among equal names, the one that denotes the actor itself comes first.
KIND_ORDER: tuple[NameKind, ...] = (
    "name",
    "official",
    "alpha_3",
    "alpha_2",
    "alias",
    "demonym",
    "capital",
)


@dataclass(frozen=True, slots=True)
class Match:
    """An actor that a name may mean: `confidence` in (0, 1], 1 for an exact name."""

    actor_id: str
    matched_name: str
    matched_kind: NameKind
    confidence: float


def resolve(name: str, names: Sequence[Name], limit: int) -> list[Match]:
    """The actors that `name` may mean, best first, at most `limit`.

    An exact name (case, accents and punctuation aside) has confidence 1. Otherwise the likeness is
    RapidFuzz's WRatio on the normalised names, which forgives misspelling, word order and parts of
    names. Matches less alike than 70 % are left out.
    """
    key = to_search_key(name)
    if not key:
        return []
    exact = [_match(n, 1.0) for n in names if n.search_key == key]
    fuzzy = [n for n in names if n.kind not in EXACT_ONLY]
    found = process.extract(
        key,
        [n.search_key for n in fuzzy],
        scorer=_likeness,
        score_cutoff=LEAST_LIKENESS,
        limit=None,
    )
    alike = [_match(fuzzy[i], min(likeness / 100, MOST_INEXACT)) for _, likeness, i in found]
    return _best_by_actor([*exact, *alike])[:limit]


def _likeness(one: str, other: str, *, score_cutoff: float | None = None) -> float:
    """WRatio, less a little for every letter by which the lengths differ, to prefer whole names."""
    ratio = fuzz.WRatio(one, other, score_cutoff=score_cutoff or 0.0)
    return float(ratio) - min(10.0, abs(len(one) - len(other)) * 0.5)


def _match(name: Name, confidence: float) -> Match:
    return Match(name.actor_id, name.name, name.kind, round(confidence, 3))


def _best_by_actor(matches: Iterable[Match]) -> list[Match]:
    ordered = sorted(
        matches, key=lambda m: (-m.confidence, KIND_ORDER.index(m.matched_kind), m.actor_id)
    )
    best: dict[str, Match] = {}
    for match in ordered:
        best.setdefault(match.actor_id, match)
    return list(best.values())
