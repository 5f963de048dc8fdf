"""Writing profiles."""

from sqlmodel import Session, col, delete

from app.profiles.models import Profile, ProfileCreate, ProfileWeight
from app.revisions.models import Revision
from app.scoring.assessment import CRITERIA
from app.scoring.profiles import to_milliweights


def write_profile(session: Session, profile: ProfileCreate, revision: Revision) -> None:
    """Creates the profile or replaces it."""
    session.merge(
        Profile(
            id=profile.id,
            name=profile.name,
            description=profile.description,
            revision=revision.number,
        )
    )
    session.flush()
    session.exec(delete(ProfileWeight).where(col(ProfileWeight.profile_id) == profile.id))
    session.add_all(
        ProfileWeight(profile_id=profile.id, criterion=c, milliweight=m)
        for c, m in zip(CRITERIA, to_milliweights(profile.weights), strict=True)
    )
