"""Routes of domains."""

from collections import defaultdict
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.db import ReadSession
from app.domains.models import DomainPublic
from app.domains.queries import list_domains
from app.errors import NotFound
from app.parameters import choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST

router = APIRouter(prefix="/v1/domains", tags=["domains"])


class DomainList(BaseModel):
    """The whole tree of domains."""

    items: list[DomainPublic] = Field(description="Domains, each after the one above it")


@router.get("", operation_id="list_domains", summary="List domains", responses=PROBLEMS_OF_LIST)
def list_all(session: ReadSession) -> DomainList:
    """The tree of policy fields, whole; asking for a domain elsewhere includes those below it."""
    rows = list_domains(session)
    children: dict[str | None, list[str]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row.id)
    return DomainList(
        items=[
            DomainPublic(
                id=row.id,
                parent_id=row.parent_id,
                name=row.name,
                description=row.description,
                children=children[row.id],
            )
            for row in rows
        ]
    )


@router.get(
    "/{domain_id}", operation_id="get_domain", summary="Show one domain", responses=PROBLEMS_OF_ITEM
)
def get_one(
    session: ReadSession,
    domain_id: Annotated[
        str,
        Path(
            description="Path in the tree",
            openapi_examples=choices(("Security", "security")),
        ),
    ],
) -> DomainPublic:
    """One domain with what belongs in it."""
    for domain in list_all(session).items:
        if domain.id == domain_id:
            return domain
    raise NotFound("domain")
