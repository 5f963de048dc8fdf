"""Shapes of windows over all proposals."""

from datetime import date

from pydantic import BaseModel, Field

from app.recommendations.models import Meta
from app.scoring.facts import Status, WindowState
from app.scoring.scales import Level


class ServedProposal(BaseModel):
    """A proposal that a window serves."""

    id: str = Field(description="Id of the proposal")
    slug: str = Field(description="Readable id of the proposal")
    title: str = Field(description="What is proposed, in one line")
    status: Status = Field(description="Where it stands on the day asked for")
    next_step: str | None = Field(description="The smallest concrete step")
    strength: Level = Field(description="How much easier the window makes it")
    ref: str = Field(description="Reference of the window under this proposal")


class OpenWindow(BaseModel):
    """A span in which acting is easier, with the proposals it serves."""

    title: str = Field(description="The window in one line")
    reason: str = Field(description="Why acting is easier then")
    opens_on: date = Field(description="First day")
    closes_on: date | None = Field(description="Last day; null when not known")
    state: WindowState = Field(description="State on the day asked for")
    days_left: int | None = Field(
        description="Days from the day asked for to the last day; null when shut or not known"
    )
    proposals: list[ServedProposal] = Field(description="The proposals it serves, by id")


class WindowPage(BaseModel):
    """One page of windows."""

    items: list[OpenWindow] = Field(description="Windows, the one that closes first first")
    next_cursor: str | None = Field(description="Pass it as cursor for the next page; null: last")
    meta: Meta = Field(description="What the answer was made from")
