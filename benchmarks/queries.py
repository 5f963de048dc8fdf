"""Queries of the list of proposals that are all different, and all valid."""

import random
from collections.abc import Sequence
from itertools import accumulate
from typing import get_args
from urllib.parse import urlencode

from app.recommendations.models import Sort
from app.scoring.assessment import CRITERIA
from app.scoring.facts import Status

PATH = "/v1/proposals"
PAGE = 20
REPEATED = f"{PATH}?{urlencode({'limit': PAGE})}"
# Half the queries name an actor, half a domain, a third a status.
ACTOR, DOMAIN, STATUS = 0.5, 0.5, 1 / 3


def zipf(count: int) -> list[float]:
    """Cumulative weights of ranks 1, 2, 3 ... that are picked 1, 1/2, 1/3 ... as often."""
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


def list_queries(
    actors: Sequence[str], domains: Sequence[str], count: int, seed: int = 1
) -> list[str]:
    """Paths with queries, none twice; the actors and domains named first are named most.

    Pages are of 10 to 30, 20 on average. Raises ValueError if there are not so many queries.
    """
    rng, found = random.Random(seed), dict[str, None]()  # noqa: S311 no secret
    weights = zipf(len(actors)), zipf(len(domains))
    for _ in range(3 * count):
        if len(found) == count:
            return list(found)
        found[_draw(rng, actors, domains, weights)] = None
    raise ValueError("count is more than these actors and domains have queries")


def _draw(
    rng: random.Random,
    actors: Sequence[str],
    domains: Sequence[str],
    weights: tuple[list[float], list[float]],
) -> str:
    pairs: list[tuple[str, str]] = []
    if rng.random() < ACTOR:
        pairs += [("actor", rng.choices(actors, cum_weights=weights[0])[0])]
    if rng.random() < DOMAIN:
        pairs += [("domain", rng.choices(domains, cum_weights=weights[1])[0])]
    if rng.random() < STATUS:
        statuses = sorted(rng.sample(get_args(Status), rng.randint(1, 3)))
        pairs += [("status", status) for status in statuses]
    pairs += [("sort", rng.choice(get_args(Sort))), ("limit", str(rng.randint(10, 30)))]
    return f"{PATH}?{urlencode(pairs)}"


def draw_ranking(seed: int) -> dict[str, object]:
    """The body of a question for a ranking with weights of the caller's own."""
    rng = random.Random(seed)  # noqa: S311 no secret
    weights = {criterion: rng.randint(1, 1000) for criterion in CRITERIA}
    return {"weights": weights, "limit": PAGE}
