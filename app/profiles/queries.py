"""Reading profiles: the built-in ones first, then the catalogue's own."""

from app.profiles.models import ProfileCreate
from app.revisions.snapshot import Snapshot
from app.scoring import profiles as scoring
from app.scoring.profiles import stored_profile, to_milliweights


def list_profiles(snapshot: Snapshot) -> dict[str, scoring.Profile]:
    """Every profile that a ranking can use, by id."""
    return snapshot.share(_read_profiles, ("profile",))


def _read_profiles(snapshot: Snapshot) -> dict[str, scoring.Profile]:
    own = {
        profile_id: stored_profile(
            profile_id=profile_id,
            version=entry.version,
            name=document.name,
            description=document.description,
            milliweights=to_milliweights(document.weights),
        )
        for profile_id, entry in snapshot.live("profile").items()
        for document in (entry.read(ProfileCreate),)
    }
    return {p.profile_id: p for p in scoring.BUILT_IN} | own
