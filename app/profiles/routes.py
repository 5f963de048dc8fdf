"""Routes of profiles."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.db import ReadSession
from app.errors import NotFound
from app.parameters import choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.profiles.models import ProfilePublic
from app.profiles.queries import list_profiles
from app.scoring.profiles import BUILT_IN

router = APIRouter(prefix="/v1/profiles", tags=["profiles"])


class ProfileList(BaseModel):
    """Every profile."""

    items: list[ProfilePublic] = Field(description="The built-in profiles, then the catalogue's")


@router.get("", operation_id="list_profiles", summary="List profiles", responses=PROBLEMS_OF_LIST)
def list_all(session: ReadSession) -> ProfileList:
    """Named sets of weights for the eight criteria; pass an id as profile to rank by it."""
    return ProfileList(
        items=[
            ProfilePublic(
                id=p.profile_id,
                version=p.version,
                name=p.name,
                description=p.description,
                built_in=p in BUILT_IN,
                weights=p.weights,
            )
            for p in list_profiles(session)
        ]
    )


@router.get(
    "/{profile_id}",
    operation_id="get_profile",
    summary="Show one profile",
    responses=PROBLEMS_OF_ITEM,
)
def get_one(
    session: ReadSession,
    profile_id: Annotated[
        str,
        Path(
            description="Slug of the profile",
            openapi_examples=choices(("Balanced", "balanced")),
        ),
    ],
) -> ProfilePublic:
    """One profile with its weights."""
    for profile in list_all(session).items:
        if profile.id == profile_id:
            return profile
    raise NotFound("profile")
