"""Table and shapes of the domain tree."""

from sqlmodel import Field

from app.fields import DomainId, Line, Paragraph, StrictShape, Written


class DomainBase(StrictShape):
    """A policy field."""

    id: DomainId = Field(
        description="Path in the tree; the parent is the id before the last dot",
        schema_extra={"examples": ["security.defence-dialogue"]},
    )
    name: Line = Field(description="Name of the policy field")
    description: Paragraph = Field(
        description="What belongs here and what does not, so that a proposal can be filed unasked"
    )


class DomainCreate(Written, DomainBase):
    """A domain as it is written in a catalogue file."""

    @property
    def parent_id(self) -> str | None:
        """Id of the domain above it; None for a root."""
        return self.id.rpartition(".")[0] or None


class Domain(DomainBase, table=True):
    """The table of domains."""

    id: str = Field(primary_key=True)
    parent_id: str | None = Field(default=None, foreign_key="domain.id", index=True)
    revision: int = Field(foreign_key="revision.number", index=True)


class DomainPublic(DomainBase):
    """A domain as the API gives it."""

    parent_id: str | None = Field(description="The domain above it; null for a root")
    children: list[str] = Field(description="Ids of the domains directly below it")
