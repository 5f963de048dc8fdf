"""The catalogue file format; run as `python -m app.imports.format` it prints its JSON Schema."""

import json
import sys

from pydantic import BaseModel, ConfigDict, Field

from app.actors.models import ActorCreate, PriorityCreate
from app.domains.models import DomainCreate
from app.events.models import EventCreate
from app.profiles.models import ProfileCreate
from app.proposals.models import ProposalCreate
from app.sources.models import SourceCreate


class CatalogueFile(BaseModel):
    """What one catalogue file may hold; every section is optional."""

    model_config = ConfigDict(extra="forbid")

    actors: list[ActorCreate] = Field(default=[], description="Actors besides the ISO 3166 states")
    domains: list[DomainCreate] = Field(default=[], description="Domains, in any order")
    sources: list[SourceCreate] = Field(default=[], description="Sources")
    profiles: list[ProfileCreate] = Field(default=[], description="Profiles")
    priorities: list[PriorityCreate] = Field(default=[], description="Priorities of actors")
    events: list[EventCreate] = Field(default=[], description="Dated acts between actors")
    proposals: list[ProposalCreate] = Field(default=[], description="Proposals with their parts")


SECTIONS = tuple(CatalogueFile.model_fields)

if __name__ == "__main__":
    json.dump(CatalogueFile.model_json_schema(), sys.stdout, indent=2)
