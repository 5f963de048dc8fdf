"""The query parameters of ranked proposals, each described, with examples that can be tried."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Annotated, Literal

from fastapi import Query
from pydantic.json_schema import SkipJsonSchema

from app.pagination import encode_cursor, fingerprint
from app.parameters import EXAMPLE_DAY, AsOf, CursorText, Limit, Words, choices
from app.proposals.models import Mechanism
from app.recommendations.candidates import Filters
from app.recommendations.models import FacetName, Sort
from app.recommendations.recommend import RankingRequest, View
from app.scoring.aggregate import UNITS_PER_POINT
from app.scoring.assessment import JOINT
from app.scoring.facts import Status
from app.scoring.profiles import BALANCED

EXAMPLE_ACTORS = ["JPN", "KOR"]


Profile = Annotated[
    str,
    Query(
        description="Id of the profile whose weights are used; /v1/profiles lists them",
        openapi_examples=choices(
            ("Balanced", BALANCED.profile_id),
            ("Quick win", "quick-win"),
            ("High impact", "high-impact"),
            ("Relationship first", "relationship-first"),
        ),
    ),
]
Perspective = Annotated[
    str,
    Query(
        description=(
            "joint: what is good for all principals together; or an actor's id: what is good for "
            "that actor, by its own gain and its own priority"
        ),
        openapi_examples=choices(
            ("All principals together", JOINT), ("Japan", "JPN"), ("South Korea", "KOR")
        ),
    ),
]


@dataclass(frozen=True)
class LookQuery:
    """How the world is looked at: parameters of every scored answer."""

    as_of: AsOf = None
    profile: Profile = BALANCED.profile_id
    perspective: Perspective = JOINT

    def to_view(self, today: date) -> View:
        """The view that these parameters ask for."""
        return View(self.as_of or today, self.profile, self.perspective)


DEFAULT_LIMIT = 25
_EXAMPLE_CURSOR = encode_cursor(
    (EXAMPLE_DAY, -60 * UNITS_PER_POINT, ""),
    fingerprint({"actor": EXAMPLE_ACTORS, "as_of": EXAMPLE_DAY}),
)


@dataclass(frozen=True, kw_only=True)
class SelectQuery:
    """Which proposals are wanted, and in which order."""

    actor: Annotated[
        list[str],
        Query(
            default_factory=list,
            description=(
                "Ids of actors that take part, in any role; bodies and persons that belong to an "
                "actor count for it. Repeatable"
            ),
            openapi_examples=choices(
                ("Japan and South Korea", EXAMPLE_ACTORS),
                ("The United States", ["USA"]),
                ("Anyone", None),
            ),
        ),
    ]
    actor_match: Annotated[
        Literal["all", "any"],
        Query(description="Whether all the actors must take part, or any of them"),
    ] = "all"
    domain: Annotated[
        list[str],
        Query(
            default_factory=list,
            description="Ids of domains, those below them included; any of them. Repeatable",
            openapi_examples=choices(
                ("Any domain", None), ("Security", ["security"]), ("Health", ["health"])
            ),
        ),
    ]
    status: Annotated[
        list[Status],
        Query(
            default_factory=list,
            description="Where the proposal stood on the day; any of them. Repeatable",
            openapi_examples=choices(("Any status", None), ("Open ones", ["open", "negotiating"])),
        ),
    ]
    mechanism: Annotated[
        list[Mechanism],
        Query(
            default_factory=list,
            description="Form of the cooperation; any of them. Repeatable",
            openapi_examples=choices(
                ("Any form", None), ("Meetings", ["dialogue", "ministerial", "visit"])
            ),
        ),
    ]
    q: Annotated[
        Words | SkipJsonSchema[None],
        Query(
            description=(
                "Words that title, summary or next step must hold, in any order and any "
                "inflection; the last one may be a beginning"
            ),
            openapi_examples=choices(("No words", None), ("Exercises", "exercise")),
        ),
    ] = None
    min_score: Annotated[
        Annotated[float, Query(ge=0, le=100)] | SkipJsonSchema[None],
        Query(
            description="Least score, 0 to 100",
            openapi_examples=choices(("Any score", None), ("At least half", 50)),
        ),
    ] = None
    neglected: Annotated[
        bool,
        Query(
            description=(
                "Only those of high value to which feeds pay little attention; `attention` in each "
                "item says what that means"
            )
        ),
    ] = False
    sort: Annotated[
        Sort,
        Query(
            description=(
                "-score: best first; score: worst first; closes_on: the window that closes next "
                "first; -updated_at: latest change first; title. Equal ones in the order of ids"
            )
        ),
    ] = "-score"

    def to_request(
        self, look: LookQuery, today: date, matching_revisions: frozenset[int] | None
    ) -> RankingRequest:
        """The question that these parameters ask; `matching_revisions` are what `q` finds."""
        return RankingRequest(
            view=look.to_view(today),
            filters=Filters(
                domains=tuple(self.domain),
                actors=tuple(self.actor),
                actor_match=self.actor_match,
                statuses=tuple(self.status),
                mechanisms=tuple(self.mechanism),
                matching_revisions=matching_revisions,
            ),
            min_score=self.min_score,
            neglected=self.neglected,
            sort=self.sort,
        )

    def to_fingerprint(self, look: LookQuery) -> str:
        """A digest of all that decides which proposals are listed and in which order."""
        return fingerprint(_decisive(look) | _decisive(self))


@dataclass(frozen=True, kw_only=True)
class ListQuery(SelectQuery):
    """Which proposals are listed, in which order, and which page of them."""

    facet: Annotated[
        list[FacetName],
        Query(
            default_factory=list,
            description="Fields to count the results by. Repeatable",
            openapi_examples=choices(("None", None), ("Domains and status", ["domain", "status"])),
        ),
    ]
    limit: Limit = DEFAULT_LIMIT
    cursor: Annotated[
        CursorText,
        Query(
            openapi_examples=choices(
                ("First page", None), ("Below 60 points, others as given", _EXAMPLE_CURSOR)
            )
        ),
    ] = None

    def to_request(
        self, look: LookQuery, today: date, matching_revisions: frozenset[int] | None
    ) -> RankingRequest:
        """The question that these parameters ask, with the page of the answer."""
        return replace(
            SelectQuery.to_request(self, look, today, matching_revisions),
            limit=self.limit,
            cursor=self.cursor,
            facets=tuple(self.facet),
            bound_to=self.to_fingerprint(look),
        )


def _decisive(query: LookQuery | SelectQuery) -> dict[str, object]:
    """The parameters given that decide which proposals are listed and how they are ordered."""
    return {
        f.name: sorted(value) if isinstance(value, list) else value
        for f in fields(query)
        if f.name not in ("limit", "cursor", "facet")
        and (value := getattr(query, f.name)) not in ([], f.default)
    }
