"""Reading profiles: the built-in ones first, then the catalogue's own."""

from collections import defaultdict

from sqlmodel import Session, col, select

from app.profiles.models import Profile, ProfileWeight
from app.scoring import profiles as scoring
from app.scoring.assessment import CRITERIA, Criterion


def list_profiles(session: Session) -> list[scoring.Profile]:
    """Every profile that a ranking can use."""
    weights: dict[str, dict[Criterion, int]] = defaultdict(dict)
    for row in session.exec(select(ProfileWeight)).all():
        weights[row.profile_id][row.criterion] = row.milliweight
    own = [
        scoring.Profile(
            profile_id=p.id,
            version=p.version,
            name=p.name,
            description=p.description,
            milliweights=tuple(weights[p.id].get(c, 0) for c in CRITERIA),
        )
        for p in session.exec(select(Profile).order_by(col(Profile.id))).all()
    ]
    return [*scoring.BUILT_IN, *own]
