"""The rows of profiles."""

from collections.abc import Iterator

from app.profiles.models import Profile, ProfileCreate, ProfileWeight
from app.rows import Row, Stamp, table_of
from app.scoring.assessment import CRITERIA
from app.scoring.profiles import to_milliweights

OWNED_BY_PROFILE = ((table_of(ProfileWeight), "profile_id"),)


def list_profile_rows(profile: ProfileCreate, stamp: Stamp) -> Iterator[Row]:
    """The profile's own row, then its weights."""
    yield Row(table_of(Profile), vars(profile) | {"revision": stamp.number})
    for criterion, milliweight in zip(CRITERIA, to_milliweights(profile.weights), strict=True):
        values = {"criterion": criterion, "milliweight": milliweight}
        yield Row(table_of(ProfileWeight), {"profile_id": profile.id, **values})
