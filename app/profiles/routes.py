"""Routes of profiles."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from app.conditional import name_record
from app.parameters import choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.profiles.models import ProfilePublic
from app.profiles.queries import list_profiles
from app.revisions.parameters import CatalogueAt
from app.scoring.profiles import BUILT_IN, Profile

router = APIRouter(prefix="/v1/profiles", tags=["profiles"])


class ProfileList(BaseModel):
    """Every profile."""

    items: list[ProfilePublic] = Field(description="The built-in profiles, then the catalogue's")


@router.get("", operation_id="list_profiles", summary="List profiles", responses=PROBLEMS_OF_LIST)
def list_all(catalogue: CatalogueAt) -> ProfileList:
    """Named sets of weights for the eight criteria; pass an id as profile to rank by it."""
    return ProfileList(items=[_to_public(p) for p in list_profiles(catalogue.open()).values()])


@router.get(
    "/{profile_id}",
    operation_id="get_profile",
    summary="Show one profile",
    responses=PROBLEMS_OF_ITEM,
)
def get_one(
    request: Request,
    catalogue: CatalogueAt,
    profile_id: Annotated[
        str,
        Path(
            description="Slug of the profile",
            openapi_examples=choices(("Balanced", "balanced")),
        ),
    ],
) -> ProfilePublic:
    """One profile with its weights."""
    snapshot = catalogue.open()
    profile = list_profiles(snapshot).get(profile_id)
    if profile is None or profile not in BUILT_IN:
        name_record(request, snapshot.get("profile", profile_id).number)
    return _to_public(list_profiles(snapshot)[profile_id])


def _to_public(profile: Profile) -> ProfilePublic:
    return ProfilePublic(
        id=profile.profile_id,
        version=profile.version,
        name=profile.name,
        description=profile.description,
        built_in=profile in BUILT_IN,
        weights=profile.weights,
    )
