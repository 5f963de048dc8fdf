"""Routes of domains."""

from collections import defaultdict
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from app.conditional import name_record
from app.domains.models import DomainPublic
from app.domains.queries import list_domains
from app.parameters import choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.revisions.parameters import CatalogueAt
from app.revisions.snapshot import Snapshot

router = APIRouter(prefix="/v1/domains", tags=["domains"])


class DomainList(BaseModel):
    """The whole tree of domains."""

    items: list[DomainPublic] = Field(description="Domains, each after the one above it")


@router.get("", operation_id="list_domains", summary="List domains", responses=PROBLEMS_OF_LIST)
def list_all(catalogue: CatalogueAt) -> DomainList:
    """The tree of policy fields, whole; asking for a domain elsewhere includes those below it."""
    return DomainList(items=list(catalogue.open().derive(_to_tree).values()))


@router.get(
    "/{domain_id}", operation_id="get_domain", summary="Show one domain", responses=PROBLEMS_OF_ITEM
)
def get_one(
    request: Request,
    catalogue: CatalogueAt,
    domain_id: Annotated[
        str,
        Path(
            description="Path in the tree",
            openapi_examples=choices(("Security", "security")),
        ),
    ],
) -> DomainPublic:
    """One domain with what belongs in it."""
    snapshot = catalogue.open()
    name_record(request, snapshot.get("domain", domain_id).number)
    return snapshot.derive(_to_tree)[domain_id]


def _to_tree(snapshot: Snapshot) -> dict[str, DomainPublic]:
    domains = list_domains(snapshot)
    children: dict[str | None, list[str]] = defaultdict(list)
    for domain in domains.values():
        children[domain.parent_id].append(domain.id)
    return {
        domain.id: DomainPublic(
            **domain.model_dump(), parent_id=domain.parent_id, children=children[domain.id]
        )
        for domain in domains.values()
    }
