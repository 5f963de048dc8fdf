"""Who may answer a question, and what speaks for each: the features of candidates."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.forecasting.counts import NEVER_DAYS, Counts, Singles
from app.forecasting.events import Ints, Questions
from app.forecasting.identities import OTHER, STATE
from app.forecasting.keys import Key, Sides
from app.forecasting.memory import (
    ACTIVE,
    ALIKE,
    COUNTED,
    OF_TYPE,
    PAIR,
    PAIR_OTHER,
    PROCESSES,
    TRIPLE,
    Memory,
    to_acts_of,
)
from app.forecasting.neighbours import Neighbours, to_shares

# Candidates that are looked at closely; the true one is among them nine times in ten.
CANDIDATES = 160
# Added before logarithms: to counts, to rates and to shares.
OF_COUNTS, OF_RATES, OF_SHARES = 0.02, 1e-5, 1e-4
# Counts whose last day is a feature, too.
_DATED = (TRIPLE, PAIR, OF_TYPE, ACTIVE)
_EVERYBODY: tuple[tuple[float, Key, int], ...] = (
    (0.2, ("country", "any", "actor"), 4),
    (0.15, ("country", "type", "actor"), 4),
    (0.15, ("country", "coarse", "actor"), 4),
    (0.15, OF_TYPE, 4),
    (0.05, ACTIVE, 2),
)
# Features whose effect is piecewise linear: the strongest.
BENT = (
    "vectors",
    "vectors without history",
    "first look",
    "rate actor any actor",
    "rate country any actor",
    "rate actor any country",
    "rate any any actor",
    "rate country any country",
    "count actor type actor 3",
    "count actor side actor 3",
    "last actor type actor",
    "last actor side actor",
)
# Features that the effect of all features depends on, candidate by candidate.
CONDITIONS = (
    "met",
    "did it before",
    "one country",
    "a state",
    "no role",
    "count any side actor 4",
    "vectors",
    "rate actor any actor",
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates of questions (questions x candidates) and their features, named by `names`.

    `first_look` scores all actors roughly (questions x actors).
    """

    who: Ints
    features: np.ndarray[tuple[int, ...], np.dtype[np.float16]]
    names: tuple[str, ...]
    first_look: Singles


def look_at(memory: Memory, asked: Questions, day: int) -> Candidates:
    """The candidates of questions of a day, by what was before it."""
    dense = dict(_look_at_all(memory, asked, day))
    first = _look_roughly(memory, asked, dense)
    several = min(CANDIDATES, first.shape[1] - 1)
    who = np.argpartition(-first, several, axis=1)[:, :several].astype(np.int64)
    acts = to_acts_of(asked, who, memory)
    dense["first look"] = np.log(first + OF_RATES / 10)
    rows = np.arange(len(asked))[:, np.newaxis]
    found = dict(_list_features(memory, acts, day))
    found |= {name: figure[rows, who].ravel() for name, figure in dense.items()}
    features = np.stack([np.asarray(f, np.float16) for f in found.values()], axis=1)
    shape = (*who.shape, len(found))
    return Candidates(who, features.reshape(shape), tuple(found), first)


def _look_at_all(memory: Memory, asked: Questions, day: int) -> Iterator[tuple[str, Singles]]:
    """Figures of all actors for each question, as logarithms where they are shares."""
    known = memory.know(asked.actors, asked.types, day)
    whole, plain = memory.embedding.score(known)
    yield "vectors", whole
    yield "vectors without history", plain
    near = Neighbours(memory, asked)
    names = ("recently then long", "long then recently", "long", "recently")
    for name, figure in zip(names, near.of_partners(), strict=True):
        yield f"partners {name}", np.log(figure + OF_SHARES)
    yield "partners alike", np.log(near.of_partners_alike() + OF_SHARES)
    yield "dealt with those alike", np.log(near.of_those_alike() + OF_SHARES)
    for name, key in (("type", TRIPLE), ("coarse", ALIKE)):
        yield f"dealt with those alike by {name}", np.log(near.of_those_alike_by(key) + OF_SHARES)
    yield "alike", near.alike()


def _look_roughly(memory: Memory, asked: Questions, dense: dict[str, Singles]) -> Singles:
    """A mixture of what speaks for anybody, to find candidates by."""
    acts = memory.to_acts(asked.actors, asked.types)
    rough = 0.3 * np.exp(dense["vectors"]) + 0.2 * np.exp(dense["vectors without history"])
    for column in (4, 1):
        rough += 0.4 * to_shares(memory.pair_with_anyone(acts, column))
    for weight, key, column in _EVERYBODY:
        rough += weight * to_shares(memory.with_anyone(key, acts, column))
    for weight, name in (
        (0.1, "dealt with those alike"),
        (0.1, "dealt with those alike by type"),
        (0.1, "dealt with those alike by coarse"),
        (0.1, "partners recently then long"),
        (0.05, "partners long then recently"),
    ):
        rough += weight * (np.exp(dense[name]) - OF_SHARES)
    countries = memory.who.countries
    rough += 1e-6 * (countries[asked.actors][:, np.newaxis] == countries)
    return np.asarray(rough, np.float32)


def _list_features(memory: Memory, acts: Sides, day: int) -> Iterator[tuple[str, Singles]]:
    """What is known of each act that would answer."""
    for key in PROCESSES:
        yield f"rate {' '.join(key)}", np.log(memory.rates(key, acts, day) + OF_RATES)
    for key, columns in COUNTED.items():
        counts, rows = memory.count(key, acts)
        yield from _list_counts(" ".join(key), counts, rows, columns)
        if key in _DATED:
            ago = np.minimum(day - counts.last[rows], NEVER_DAYS)
            yield f"last {' '.join(key)}", np.log(ago)
    back = Sides(acts.recipients, acts.types, acts.actors, acts.other_countries, acts.countries)
    counts, rows = memory.count(TRIPLE, back)
    yield from _list_counts("back", counts, rows, (1, 5))
    yield from _list_flags(memory, acts)


def _list_counts(
    name: str, counts: Counts, rows: Ints, columns: tuple[int, ...]
) -> Iterator[tuple[str, Singles]]:
    for column in columns:
        yield f"count {name} {column}", np.log(counts.states[rows, column] + OF_COUNTS)


def _list_flags(memory: Memory, acts: Sides) -> Iterator[tuple[str, Singles]]:
    roles = memory.who.roles[acts.recipients]
    triples, rows = memory.count(TRIPLE, acts)
    met = sum(counts.states[own, 5] for counts, own in (memory.count(k, acts) for k in _BOTH_WAYS))
    flags = {
        "one country": acts.countries == acts.other_countries,
        "a state": roles == STATE,
        "no role": roles == OTHER,
        "itself": acts.actors == acts.recipients,
        "met": np.asarray(met) > 0,
        "did it before": triples.states[rows, 5] > 0,
    }
    for name, flag in flags.items():
        yield name, np.asarray(flag, np.float32)


_BOTH_WAYS: tuple[Key, ...] = (PAIR, PAIR_OTHER)
