"""The catalogue file format; run as `python -m app.imports.format` it prints its JSON Schema.

In JSON Lines each line is an object with one field, named after the kind of record it holds:
`{"source": {...}}`. In YAML and JSON the records of a kind stand in a list under its plural.
"""

import json
import sys

from pydantic import BaseModel, ConfigDict, Field

from app.actors.models import ActorCreate, PriorityCreate
from app.domains.models import DomainCreate
from app.events.models import EventCreate
from app.profiles.models import ProfileCreate
from app.proposals.models import ProposalCreate
from app.records.kinds import KINDS, Kind
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


KIND_OF_SECTION: dict[str, Kind] = {kind.plural: kind for kind in KINDS}
SECTION_OF_LINE: dict[str, str] = {kind.resource: kind.plural for kind in KINDS}

if __name__ == "__main__":
    json.dump(CatalogueFile.model_json_schema(), sys.stdout, indent=2)
