"""The table of served rankings."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class ServedRanking(SQLModel, table=True):
    """The default ranking of one day, as it was first served; rows are only ever added."""

    __tablename__ = "served_ranking"

    day: date = Field(primary_key=True)
    served_at: datetime
    revision: int
    model: str
    items: str = Field(sa_type=Text, description="JSON: a list of [proposal id, score], best first")
