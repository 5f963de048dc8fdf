"""The states of ISO 3166-1, from pycountry, with the names that people use."""

from functools import cache
from importlib.resources import files
from typing import TypedDict

import pycountry
import yaml

from app.actors.models import ActorCreate


class _Names(TypedDict, total=False):
    short_name: str | None
    aliases: list[str]
    demonyms: list[str]
    capitals: list[str]


@cache
def list_states() -> tuple[ActorCreate, ...]:
    """Every state and territory of ISO 3166-1, by its alpha-3 code."""
    text = files("app").joinpath("data", "states.yaml").read_text(encoding="utf-8")
    names: dict[str, _Names] = yaml.safe_load(text)
    return tuple(_to_actor(country, names[country.alpha_3]) for country in pycountry.countries)


def _to_actor(country: "pycountry.db.Country", names: _Names) -> ActorCreate:
    common = str(names.get("short_name") or getattr(country, "common_name", country.name))
    official: str | None = getattr(country, "official_name", None)
    known = {common, official}
    aliases = [country.name, *names.get("aliases", [])]
    return ActorCreate(
        id=country.alpha_3,
        kind="state",
        name=common,
        official_name=official,
        alpha_2=country.alpha_2,
        aliases=[a for a in dict.fromkeys(aliases) if a not in known],
        demonyms=names.get("demonyms", []),
        capitals=names.get("capitals", []),
    )
