"""Facets: how many of the listed proposals have each value of a field."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from app.recommendations.candidates import Candidate, actors_of, domains_of, scope_of
from app.recommendations.models import FacetCount, FacetName
from app.scoring.facts import World

VALUES: dict[FacetName, Callable[[Candidate, World], Iterable[str]]] = {
    "actor": lambda c, world: actors_of(c.view, world),
    "domain": lambda c, _: domains_of(c.view),
    "level": lambda c, world: (scope_of(c.view, world),),
    "mechanism": lambda c, _: (c.recorded.document.mechanism,),
    "status": lambda c, _: (c.view.status or "",),
}


def count_facets(
    candidates: Sequence[Candidate], facets: Iterable[FacetName], world: World
) -> dict[FacetName, list[FacetCount]]:
    """Counts for each facet, the most frequent value first; parents count their descendants."""
    return {
        facet: [
            FacetCount(
                value=value,
                name=name_value(facet, value, world.names, world.domain_names),
                count=count,
            )
            for value, count in _count(candidates, facet, world)
        ]
        for facet in dict.fromkeys(facets)
    }


def _count(
    candidates: Sequence[Candidate], facet: FacetName, world: World
) -> list[tuple[str, int]]:
    counts = Counter(value for c in candidates for value in VALUES[facet](c, world))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def name_value(
    facet: FacetName, value: str, names: Mapping[str, str], domain_names: Mapping[str, str]
) -> str:
    """A value of a facet in words."""
    if facet == "actor":
        return names.get(value, value)
    if facet == "domain":
        return domain_names.get(value, value)
    return value.replace("_", " ")
