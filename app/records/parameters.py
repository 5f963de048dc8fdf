"""What every route that writes takes: the caller, If-Match, Idempotency-Key, the clock."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Request
from pydantic.json_schema import SkipJsonSchema
from starlette.responses import Response

from app.answers.once import Answer, Post, answer_once, to_fingerprint
from app.bodies import Body
from app.conditional import to_etag
from app.keys.models import Scope
from app.parameters import choices
from app.proposals.queries import to_id
from app.records.change import Desk
from app.records.kinds import Kind
from app.records.models import RECORD_SHAPES, DeletedPublic, RecordedBase
from app.records.store import Stored
from app.revisions.models import Resource
from app.revisions.snapshot import SnapshotHolder
from app.security import Principal, require

IfMatch = Annotated[
    str | SkipJsonSchema[None],
    Header(
        alias="If-Match",
        max_length=1000,
        description="ETag of the record as you read it, or * for whatever it is now",
        openapi_examples=choices(("Whatever it is now", "*")),
    ),
]
IdempotencyKey = Annotated[
    str | SkipJsonSchema[None],
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description=(
            "Any text of your own, new for each request: sent again with the same request within "
            "24 hours, it gives the first answer again and changes nothing"
        ),
        openapi_examples=choices(("None", None), ("One of your own", "2f6a1c9e-my-request")),
    ),
]


async def get_now(request: Request) -> datetime:
    """The instant of the request."""
    now: datetime = request.app.state.get_now()
    return now


Now = Annotated[datetime, Depends(get_now)]


@dataclass(frozen=True, slots=True)
class Writing:
    """One request that changes the catalogue."""

    post: Post
    snapshots: SnapshotHolder
    method: str
    path: str
    query: str
    proposal_id: str | None = None

    def open(self, session: Any) -> Desk:
        """A desk in the transaction of a session."""
        post = self.post
        return Desk.open(session, self.snapshots, now=post.now, principal=post.principal)

    def run(self, work: Callable[[Desk], Answer], body: Body | bytes = b"") -> Response:
        """Carries out the work, once for each Idempotency-Key, and sends its answer."""
        self._read_ahead()
        data = body.data if isinstance(body, Body) else body
        post = self.post
        if post.key is not None:
            fingerprint = to_fingerprint(self.method, self.path, self.query, data)
            post = Post(
                post.engine, post.in_flight, post.principal, post.now, post.key, fingerprint
            )
        answer = answer_once(post, lambda session: work(self.open(session)))
        return Response(
            answer.body, answer.status, headers=answer.headers, media_type="application/json"
        )

    def _read_ahead(self) -> None:
        """Reads the proposal that is to change, so that other writers do not wait for that."""
        last = self.snapshots.last
        if last is not None and self.proposal_id is not None:
            entry = last.find("proposal", to_id(self.proposal_id, last))
            last.fetch([] if entry is None else [entry])


def writing(*scopes: Scope) -> Callable[..., Awaitable[Writing]]:
    """A dependency: a request that changes something, by a caller with one of the scopes."""

    async def build(
        request: Request,
        now: Now,
        principal: Annotated[Principal, Depends(require(*scopes))],
        idempotency_key: IdempotencyKey = None,
    ) -> Writing:
        return _to_writing(request, now, principal, idempotency_key)

    return build


def _to_writing(request: Request, now: datetime, principal: Principal, key: str | None) -> Writing:
    state = request.app.state
    return Writing(
        post=Post(state.engine, state.in_flight, principal.name, now, key),
        snapshots=state.snapshots,
        method=request.method,
        path=request.url.path,
        query=request.url.query,
        proposal_id=request.path_params.get("proposal_id"),
    )


def to_record(kind: Kind, stored: Stored) -> RecordedBase:
    """A stored record as it is answered."""
    return RECORD_SHAPES[kind.resource](
        id=stored.change.resource_id,
        revision=stored.number,
        version=stored.version,
        recorded_at=stored.recorded_at,
        record=stored.change.document,
    )


def to_answer(shape: Any, revision: int, *, location: str | None = None) -> Answer:
    """An answer with a body; with its location, if it is of something new."""
    body = shape.model_dump_json().encode()
    headers = {"ETag": to_etag(body, revision)}
    if location is not None:
        headers["Location"] = location
    return Answer(200 if location is None else 201, body, headers)


def to_deletion(stored: Stored) -> Answer:
    """The answer to a deletion."""
    left = DeletedPublic(
        id=stored.change.resource_id, revision=stored.number, recorded_at=stored.recorded_at
    )
    return Answer(200, left.model_dump_json().encode())


# Records of the starter catalogue and of the examples, for trying out.
_IDS: dict[Resource, str] = {
    "actor": "jpn-mod",
    "domain": "security",
    "source": "diplomat-2021-04-29",
    "profile": "cautious",
    "priority": "JPN.security.joint-exercises.2019-11-17",
    "event": "catalogue.ministers-in-nagoya",
    "proposal": "resume-defence-ministerial",
}


def id_path(resource: Resource) -> Any:
    """The path parameter of a record of this kind."""
    slug = " or slug" if resource == "proposal" else ""
    return Path(
        alias=f"{resource}_id",
        description=f"Id{slug} of the {resource}",
        openapi_examples=choices(("One that can be tried", _IDS[resource])),
    )
