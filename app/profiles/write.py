"""Writing profiles."""

from sqlmodel import Session, col, delete

from app.profiles.models import Profile, ProfileCreate, ProfileWeight
from app.scoring.assessment import CRITERIA
from app.scoring.profiles import to_milliweights


def write_profile(session: Session, profile: ProfileCreate, revision: int) -> None:
    """Creates the profile or replaces it under the next version."""
    before = session.get(Profile, profile.id)
    session.merge(
        Profile(
            id=profile.id,
            name=profile.name,
            description=profile.description,
            version=before.version + 1 if before else 1,
            revision=revision,
        )
    )
    session.flush()
    session.exec(delete(ProfileWeight).where(col(ProfileWeight.profile_id) == profile.id))
    session.add_all(
        ProfileWeight(profile_id=profile.id, criterion=c, milliweight=m)
        for c, m in zip(CRITERIA, to_milliweights(profile.weights), strict=True)
    )
