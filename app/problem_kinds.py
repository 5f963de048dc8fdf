"""The table from error to problem: status, code, and the words that say what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.errors import (
    BadBody,
    Conflict,
    DatabaseNotReady,
    EntenteError,
    Fault,
    Forbidden,
    Gone,
    IdempotencyKeyReused,
    IndexNotReady,
    InvalidCatalogue,
    InvalidCursor,
    InvalidParameters,
    InvalidRecord,
    NoOwnRecord,
    NotAcceptable,
    NotFound,
    Overloaded,
    PreconditionFailed,
    PreconditionRequired,
    ProviderUnavailable,
    RateLimited,
    RequestInFlight,
    RevisionNotReached,
    RolledUp,
    SpoolUnavailable,
    Stopping,
    Unauthenticated,
    UnknownReference,
    Withdrawn,
)

# Seconds after which a refused request may be worth sending again.
RETRY_AFTER_S = "2"


@dataclass(frozen=True, slots=True)
class Kind:
    """How a class of errors looks over HTTP."""

    status: int
    code: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Description:
    """One error as it is told: what is particular to it, besides its kind."""

    kind: Kind
    code: str
    faults: tuple[Fault, ...] = ()
    detail: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


KINDS: Mapping[type[EntenteError], Kind] = {
    NotAcceptable: Kind(
        406, "not_acceptable", "Not acceptable", "Ask for one of the media types that errors names."
    ),
    NotFound: Kind(404, "not_found", "Not found", "Nothing has the id in the path."),
    Gone: Kind(
        410,
        "gone",
        "Deleted",
        "It was deleted. Its history is under /history, and known_at shows it as it was.",
    ),
    UnknownReference: Kind(
        422, "unknown", "Unknown reference", "Use an id that exists; errors says where to look."
    ),
    InvalidParameters: Kind(
        422, "invalid_parameters", "Invalid parameters", "Mend the parameters that errors lists."
    ),
    InvalidCursor: Kind(
        422,
        "invalid_cursor",
        "Invalid cursor",
        "Start again without cursor, then pass next_cursor back with the same other parameters.",
    ),
    InvalidRecord: Kind(
        422, "invalid_record", "Invalid record", "Mend what errors lists; nothing was changed."
    ),
    InvalidCatalogue: Kind(
        422,
        "invalid_catalogue",
        "Invalid catalogue",
        "Mend what errors lists and send it all again; nothing was changed.",
    ),
    BadBody: Kind(400, "malformed_body", "Malformed body", "The body cannot be read."),
    Unauthenticated: Kind(401, "unauthenticated", "Key needed", "Send a key."),
    Forbidden: Kind(403, "forbidden", "Scope missing", "Use a key or token with the scope."),
    Conflict: Kind(409, "conflict", "Conflict", "The catalogue as it is does not allow this."),
    RequestInFlight: Kind(
        409,
        "request_in_flight",
        "Request in flight",
        "A request with this Idempotency-Key is being answered; send it again in a moment.",
    ),
    IdempotencyKeyReused: Kind(
        422,
        "idempotency_key_reused",
        "Idempotency-Key used for another request",
        "A new request needs a new Idempotency-Key; the same one only repeats the same request.",
    ),
    PreconditionFailed: Kind(
        412,
        "precondition_failed",
        "The record has changed",
        "Somebody else has changed it. Read it again, look at the change, and send If-Match with "
        "the new ETag.",
    ),
    PreconditionRequired: Kind(
        428,
        "precondition_required",
        "If-Match needed",
        "Read the record first and send its ETag as If-Match, so that no change is overwritten.",
    ),
    DatabaseNotReady: Kind(
        503, "not_ready", "Not ready", "Run entente migrate with this version of the service."
    ),
    Overloaded: Kind(
        503,
        "overloaded",
        "Overloaded",
        "More is asked at once than can be answered in time. Ask again after Retry-After seconds.",
    ),
    RateLimited: Kind(
        429,
        "rate_limited",
        "Too many requests",
        "You asked more often than you may. Ask again after Retry-After seconds; the RateLimit "
        "headers say what is left.",
    ),
    Stopping: Kind(
        503, "stopping", "Stopping", "The service is about to end. Ask another replica, or later."
    ),
    IndexNotReady: Kind(
        503,
        "index_not_ready",
        "Index not ready",
        "The ranking index of this question is being made. Ask again after Retry-After seconds.",
    ),
    RevisionNotReached: Kind(
        412,
        "revision_not_reached",
        "Revision not reached",
        "This replica has not got the revision that min_revision names. Ask again in a moment; "
        "meta.revision of an answer, or the ETag of a change, names those that there are.",
    ),
    ProviderUnavailable: Kind(
        503,
        "identity_provider_unavailable",
        "Identity provider unavailable",
        "The token cannot be checked now. Try again in a moment, or use an API key.",
    ),
    SpoolUnavailable: Kind(
        503,
        "spool_unavailable",
        "Upload cannot be kept",
        "The file cannot be kept on disk now; nothing was changed. Tell the operator, whose "
        "ENTENTE_SPOOL_FOLDER may be full.",
    ),
}
UNSUPPORTED = Kind(415, "unsupported_media_type", "Unsupported media type", "Send another type.")
TOO_LARGE = Kind(413, "body_too_large", "Body too large", "Send less at once.")
HTTP_KINDS: Mapping[int, Kind] = {
    404: Kind(404, "not_found", "Not found", "Nothing is at this path; /docs lists what there is."),
    405: Kind(
        405, "method_not_allowed", "Method not allowed", "Use a method that the Allow header names."
    ),
}
INTERNAL = Kind(
    500,
    "internal_error",
    "Internal error",
    "The service failed and changed nothing. Tell its operator the request_id.",
)
UNAVAILABLE = Kind(
    503,
    "database_unavailable",
    "Database unavailable",
    "The database cannot be used now; nothing was changed. Try again in a moment.",
)
# Where an unknown id of each kind can be looked up.
LOOK_UP = {
    "actor": "/v1/actors/resolve?name=... finds it by name, /v1/actors lists them",
    "domain": "/v1/domains lists them",
    "profile": "/v1/profiles lists them",
    "run": "/v1/forecasts/runs lists them",
}
# Routes name the scope that allows the least last.
_MAKE_KEY = "entente keys create --name NAME --scope {scope}"
_SEND_KEY = "send it as the header Authorization: Bearer KEY"
WHY_UNAUTHENTICATED = {
    "missing": "A key or token with the scope {scopes} is needed; " + _SEND_KEY + ".",
    "no_keys": (
        "No key was made yet; one with the scope {scopes} is needed. On the server run: "
        + _MAKE_KEY
        + "; then "
        + _SEND_KEY
        + "."
    ),
    "unknown_key": (
        "This key is not one of this service's; one with the scope {scopes} is needed. "
        "Make one with: " + _MAKE_KEY + "."
    ),
    "revoked": "This key was revoked. Ask the operator for another.",
    "expired": "This key has expired. Ask the operator for another.",
    "invalid_token": (
        "This token was not signed by the issuer that this service trusts, is not meant for it, "
        "or is not valid now."
    ),
}
CONFLICTS = {
    "already_exists": "A record has this id already; change it with PATCH, or choose another id.",
    "still_referenced": "Other records refer to it; errors names them. Change those first.",
    "illegal_transition": "This step is not legal now; errors names those that are.",
}


_PASSING = (
    RequestInFlight,
    ProviderUnavailable,
    Overloaded,
    Stopping,
    IndexNotReady,
    RevisionNotReached,
)


def describe(error: EntenteError) -> Description:
    """How an error is told."""
    kind = next((KINDS[c] for c in type(error).__mro__ if c in KINDS), INTERNAL)
    plain = Description(kind, kind.code, headers=_tell_wait(error))
    match error:
        case InvalidParameters(faults) | InvalidRecord(faults) | InvalidCatalogue(faults):
            return Description(kind, kind.code, faults)
        case UnknownReference() | NotFound() | Gone() | InvalidCursor():
            return _describe_look_up(error, kind)
        case Unauthenticated() | Forbidden():
            return _describe_refusal(error, kind)
        case BadBody():
            return _describe_body(error, kind)
        case NotAcceptable(offered):
            fault = Fault("/header/accept", f"What can be sent: {', '.join(offered)}.")
            return Description(kind, kind.code, (fault,))
        case Conflict(code, faults):
            return Description(kind, code, faults, CONFLICTS[code])
    return plain


def _tell_wait(error: EntenteError) -> dict[str, str]:
    """When to ask again, where that may help."""
    if isinstance(error, RateLimited):
        return {"Retry-After": str(error.wait_s)}
    return {"Retry-After": RETRY_AFTER_S} if isinstance(error, _PASSING) else {}


def _describe_look_up(
    error: UnknownReference | NotFound | Gone | InvalidCursor, kind: Kind
) -> Description:
    match error:
        case UnknownReference(resource, pointer, suggestions):
            ids = f"Did you mean {' or '.join(suggestions)}? " if suggestions else ""
            detail = f"No {resource} has this id. {ids}{LOOK_UP[resource]}."
            return Description(kind, f"unknown_{resource}", (Fault(pointer, detail),))
        case InvalidCursor(belongs_elsewhere):
            why = "was made for another query" if belongs_elsewhere else "cannot be read"
            return Description(kind, kind.code, (Fault("/query/cursor", f"This cursor {why}."),))
        case NotFound() | Gone():
            return _describe_missing(error, kind)
    return Description(kind, kind.code)


def _describe_missing(error: NotFound | Gone, kind: Kind) -> Description:
    match error:
        case RolledUp(dyad=dyad):
            return _describe_rolled_up(dyad, kind)
        case NoOwnRecord(import_id=import_id):
            detail = (
                "Reports of feeds have no record or history of their own, only the import that "
                f"brought them: /v1/events/imports/{import_id}."
            )
            return Description(kind, "event_not_found", (Fault("/path/event_id", detail),), detail)
        case Withdrawn(_, revision, reason):
            detail = (
                f"It was retracted by revision {revision}: {reason}. "
                f"/v1/changes?after={revision - 1} shows the retraction, and known_at the event "
                "as it was."
            )
            fault = Fault("/path/event_id", f"This event was retracted by revision {revision}.")
            return Description(kind, "event_gone", (fault,), detail)
        case Gone(resource):
            fault = Fault(f"/path/{resource}_id", f"This {resource} was deleted.")
            return Description(kind, f"{resource}_gone", (fault,))
        case NotFound(resource, too_early):
            when = (
                "had this id on the day asked for; try a later as_of"
                if too_early
                else "has this id"
            )
            fault = Fault(f"/path/{resource}_id", f"No {resource} {when}.")
            return Description(kind, f"{resource}_not_found", (fault,))
    return Description(kind, kind.code)


def _describe_rolled_up(dyad: tuple[str, str] | None, kind: Kind) -> Description:
    url = f"/v1/dyads/{dyad[0]}/{dyad[1]}" if dyad else "/v1/dyads/{actor_id}/{recipient_id}"
    detail = (
        "The feed was loaded rolled up: its single reports are not on record, only how many there "
        f"were of each day, dyad and type. {url} shows what they add up to."
    )
    return Description(kind, "event_not_found", (Fault("/path/event_id", detail),), detail)


def _describe_refusal(error: Unauthenticated | Forbidden, kind: Kind) -> Description:
    if isinstance(error, Forbidden):
        detail = f"A key or token with the scope {' or '.join(error.scopes)} is needed."
        challenge = f'Bearer error="insufficient_scope", scope="{error.scopes[0]}"'
        headers = {"WWW-Authenticate": challenge}
        return Description(kind, kind.code, detail=detail, headers=headers)
    detail = WHY_UNAUTHENTICATED[error.reason].format(
        scopes=" or ".join(error.scopes), scope=error.scopes[-1]
    )
    was_sent = error.reason not in ("missing", "no_keys")
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token"' if was_sent else "Bearer"}
    return Description(kind, error.reason, detail=detail, headers=headers)


def _describe_body(error: BadBody, kind: Kind) -> Description:
    if error.reason == "media_type":
        named = " or ".join(error.accepted)
        detail = f"Send Content-Type: {named}, without Content-Encoding."
        headers = {"Accept-Patch" if "patch" in named else "Accept-Post": ", ".join(error.accepted)}
        return Description(UNSUPPORTED, UNSUPPORTED.code, detail=detail, headers=headers)
    if error.reason == "too_large":
        detail = f"It may have {error.limit_bytes} bytes; send less at once."
        return Description(
            TOO_LARGE, TOO_LARGE.code, detail=detail, headers={"Connection": "close"}
        )
    return Description(kind, kind.code, (Fault("/body", error.detail, line=error.line),))
