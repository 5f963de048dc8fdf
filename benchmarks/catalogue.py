"""A made-up catalogue of any size, the same for the same arguments, as JSON Lines.

Run as `python -m benchmarks.catalogue FILE --proposals N [--ties | --unknown] [--seed N]`, and
import it with `entente import FILE`. Few actors and domains have most of the proposals (Zipf).
With `--ties` all proposals are judged alike, with `--unknown` nothing is known of any.
"""

import argparse
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Literal, get_args

from app.actors.states import list_states
from app.proposals.models import Mechanism
from app.scoring.scales import Level, Stance
from benchmarks.queries import zipf

Record = dict[str, Any]
Judged = Literal["unlike", "alike", "unknown"]
FIRST_DAY = date(2024, 1, 1)
ROOTS = ("security", "trade", "energy", "health", "climate", "research", "culture", "transport")
BRANCHES = ("dialogue", "standards", "training", "data", "emergency", "investment")
# States whose ministries speak for them.
STATES_WITH_BODIES = 40
SOURCES_PER_PROPOSAL = 0.05
PATHS = (
    ("open",),
    ("open", "negotiating"),
    ("open", "negotiating", "agreed"),
    ("open", "negotiating", "agreed", "implemented"),
    ("open", "lapsed"),
    ("draft",),
)


def actor_ids() -> list[str]:
    """The actors of the catalogue, those with most proposals first."""
    states = [state.id for state in list_states()]
    random.Random(0).shuffle(states)  # noqa: S311 no secret
    bodies = [f"{state.lower()}-ministry" for state in states[:STATES_WITH_BODIES]]
    return [*states[:20], *bodies, *states[20:]]


def domain_ids() -> list[str]:
    """The domains, those with most proposals first."""
    return [*ROOTS, *(f"{root}.{branch}" for branch in BRANCHES for root in ROOTS)]


class Maker:
    """Draws the records of one catalogue."""

    def __init__(self, proposals: int, seed: int = 1, judged: Judged = "unlike") -> None:
        self.proposals = proposals
        self.judged = judged
        self._rng = random.Random(seed)  # noqa: S311 no secret
        self._actors, self._domains = actor_ids(), domain_ids()
        self._actor_weights = zipf(len(self._actors))
        self._domain_weights = zipf(len(self._domains))
        self._sources = 10 + int(proposals * SOURCES_PER_PROPOSAL)

    def records(self) -> Iterator[tuple[str, Record]]:
        """Every record with the kind that it is of, those referred to first."""
        for actor in self._actors:
            if actor.endswith("-ministry"):
                parent, name = actor[:3].upper(), f"Ministry of {actor[:3].upper()}"
                yield (
                    "actor",
                    {"id": actor, "kind": "body", "name": name, "parent_id": parent},
                )
        for domain in self._domains:
            name = domain.replace(".", ": ").capitalize()
            yield "domain", {"id": domain, "name": name, "description": f"All of {name}."}
        for number in range(self._sources):
            yield "source", self._source(number)
        if self.judged == "unlike":
            yield from self._priorities()
        for number in range(self.proposals):
            yield "proposal", self._proposal(number)

    def _source(self, number: int) -> Record:
        day = (FIRST_DAY - timedelta(days=number % 300)).isoformat()
        return {
            "id": f"source-{number}",
            "title": f"Report number {number} of the foreign desk",
            "publisher": f"Press {number % 50}",
            "published_on": day,
            "available_on": day,
            "reliability": "A" if self.judged == "alike" else self._rng.choice("ABBCCD"),
        }

    def _priorities(self) -> Iterator[tuple[str, Record]]:
        for actor in self._actors[:100]:
            for root in self._rng.sample(ROOTS, 4):
                yield (
                    "priority",
                    {
                        "actor_id": actor,
                        "domain_id": root,
                        "level": self._level(),
                        "statement": f"Its programme of the year names {root}.",
                        "stated_on": self._day(0, 200),
                        "evidence": self._evidence(),
                    },
                )

    def _proposal(self, number: int) -> Record:
        rng = self._rng
        mechanism = rng.choice(get_args(Mechanism))
        domain = rng.choices(self._domains, cum_weights=self._domain_weights, k=1)[0]
        one, other = self._pair()
        title = (
            f"{mechanism.replace('_', ' ').capitalize()} on {domain.replace('.', ' ')}, {number}"
        )
        header: Record = {
            "slug": f"proposal-{number}",
            "title": title,
            "summary": f"{one} and {other} name a contact each, meet twice a year and report to "
            f"both governments what came of it; plan {number} of its kind in this field.",
            "next_step": "The two contacts agree on a first meeting.",
            "mechanism": mechanism,
            "domains": list(dict.fromkeys([domain, rng.choice(self._domains)])),
            "participants": [
                {"actor_id": one, "role": "initiator"},
                {"actor_id": other, "role": "counterpart"},
            ],
            "transitions": self._transitions(),
        }
        if self.judged == "unknown":
            return header
        header["obstacles_reviewed_on"] = self._day(0, 600)
        return header | self._parts(one, other)

    def _pair(self) -> tuple[str, str]:
        """Two actors of different states."""
        while True:
            one, other = self._rng.choices(self._actors, cum_weights=self._actor_weights, k=2)
            if one[:3].upper() != other[:3].upper():
                return one, other

    def _transitions(self) -> list[Record]:
        path = PATHS[0] if self.judged == "alike" else self._rng.choice(PATHS)
        start = self._rng.randrange(300)
        return [
            {
                "status": status,
                "happened_on": self._day(start + 90 * step),
                "reason": "As both governments said.",
                "evidence": self._evidence(),
            }
            for step, status in enumerate(path)
        ]

    def _parts(self, one: str, other: str) -> Record:
        few = self.judged == "unlike"
        obstacles, attempts = (self._rng.randrange(3), self._rng.randrange(3)) if few else (1, 1)
        return {
            "judgements": [
                self._judgement(actor, measure)
                for actor in (one, other)
                for measure in ("gain", "cost")
            ],
            "factors": [self._obstacle(number) for number in range(obstacles)],
            "windows": [self._window()] if not few or self._rng.random() < 0.5 else [],
            "attempts": [self._attempt(number) for number in range(attempts)],
            "positions": [self._position(actor) for actor in (one, other)],
        }

    def _judgement(self, actor: str, measure: str) -> Record:
        return {
            "actor_id": actor,
            "measure": measure,
            "level": self._level(),
            "rationale": f"What {actor} would have of it, and what it would pay.",
            "judged_on": self._day(0, 600),
            "evidence": self._evidence(),
        }

    def _obstacle(self, number: int) -> Record:
        return {
            "key": f"obstacle-{number}",
            "kind": "obstacle",
            "title": "The budget of the year is settled",
            "severity": self._level(),
            "since_on": self._day(0, 300),
            "evidence": self._evidence(),
        }

    def _window(self) -> Record:
        start = self._rng.randrange(300, 1500)
        return {
            "key": "summit",
            "title": "Leaders meet at a summit",
            "reason": "Both are there anyway.",
            "strength": self._level(),
            "announced_on": self._day(0, 200),
            "opens_on": FIRST_DAY.isoformat() if self.judged == "alike" else self._day(start),
            "closes_on": None if self.judged == "alike" else self._day(start + 200),
            "evidence": self._evidence(),
        }

    def _attempt(self, number: int) -> Record:
        return {
            "key": f"attempt-{number}",
            "title": "A round of talks",
            "outcome": "held" if self.judged == "alike" else self._rng.choice(("held", "failed")),
            "happened_on": self._day(0, 300),
            "reason": "As reported.",
            "evidence": self._evidence(),
        }

    def _position(self, actor: str) -> Record:
        stance = "favours" if self.judged == "alike" else self._rng.choice(get_args(Stance))
        return {
            "actor_id": actor,
            "stance": stance,
            "statement": f"{actor} spoke of it in public.",
            "stated_on": self._day(0, 600),
            "evidence": self._evidence(),
        }

    def _level(self) -> str:
        if self.judged == "alike":
            return "high"
        return str(self._rng.choice(get_args(Level)))

    def _evidence(self) -> list[Record]:
        return [
            {
                "source_id": f"source-{self._rng.randrange(self._sources)}",
                "claim": "The paper says so in its report from the capital.",
                "credibility": 1 if self.judged == "alike" else self._rng.randint(1, 4),
            }
        ]

    def _day(self, first: int, last: int | None = None) -> str:
        days = first if last is None else self._rng.randrange(first, last)
        return (FIRST_DAY + timedelta(days=days)).isoformat()


def write(path: Path, maker: Maker) -> None:
    """Writes a catalogue as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(map(_to_line, maker.records()))


def write_parts(folder: Path, maker: Maker, lines: int) -> Iterator[Path]:
    """Writes it as several files, of so many lines at most; each is removed after its turn."""
    records, part = maker.records(), folder / "part.jsonl"
    while several := list(map(_to_line, islice(records, lines))):
        part.write_text("".join(several), encoding="utf-8")
        yield part
        part.unlink()


def _to_line(named: tuple[str, Record]) -> str:
    kind, record = named
    return json.dumps({kind: record}, separators=(",", ":")) + "\n"


def main() -> None:
    """Writes the file that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--proposals", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--ties", dest="judged", action="store_const", const="alike")
    kinds.add_argument("--unknown", dest="judged", action="store_const", const="unknown")
    asked = parser.parse_args()
    write(asked.file, Maker(asked.proposals, asked.seed, asked.judged or "unlike"))


if __name__ == "__main__":
    main()
