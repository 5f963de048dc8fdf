"""Files in the shape of GDELT 1.0 (58 columns), as large as wanted, for measuring.

Run as `python -m benchmarks.gdelt_shaped FILE ROWS`. Parties, codes and sites are as skewed as in
the real feed; about one row in eight has no second party, and three rows tell of one article.
"""

import argparse
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from app.coding.cameo import CODES, HUNDREDTHS

SEED = 1
CHUNK = 1_000_000
PARTIES = 4000
SITES = 5000
FIRST_ID = 300_000_000
STATES = (
    "USA", "JPN", "KOR", "CHN", "RUS", "GBR", "FRA", "DEU", "IND", "PAK", "ISR", "PSE", "IRN",
    "IRQ", "AFG", "SYR", "TUR", "EGY", "SAU", "UKR", "POL", "ITA", "ESP", "AUS", "CAN", "MEX",
    "BRA", "ARG", "COL", "VEN", "NGA", "KEN", "ZAF", "ETH", "SDN", "PRK", "VNM", "THA", "PHL",
    "IDN", "MYS", "SGP", "NOR", "SWE", "FIN", "DNK", "NLD", "BEL", "GRC", "ROM",
)  # fmt: skip
ROLES = (
    "", "", "", "", "GOV", "GOV", "MIL", "BUS", "COP", "REB", "JUD", "EDU", "MED", "CVL", "OPP",
    "LEG",
)  # fmt: skip
PLACES = ["Seoul, Soul-T'ukpyolsi, South Korea", "Tokyo, Tokyo, Japan", "Washington, DC", ""]
COUNTRIES = ["KS", "JA", "US", ""]
# A row tells mostly of the last week, and of the forty days before the file else.
DAYS_BACK, LAST_WEEK, SHARE_OF_LAST_WEEK = 40, 7, 0.9
SHARE_WITHOUT_PARTY = 0.12


def write(path: Path, rows: int) -> None:
    """Writes a file of that many rows, each chunk a week later than the one before."""
    with path.open("wb") as file:
        for at in range(0, rows, CHUNK):
            number = at // CHUNK
            day = date(2021, 3, 7) + timedelta(days=LAST_WEEK * number)
            frame = make(min(CHUNK, rows - at), FIRST_ID + at, day, SEED + number)
            frame.write_csv(file, separator="\t", include_header=False, quote_style="never")


def make(rows: int, first_id: int, day: date, seed: int) -> pl.DataFrame:
    """Rows that a file of that day could have, with ids from `first_id` on."""
    rng = np.random.default_rng(seed)
    days = np.array([int((day - timedelta(days=n)).strftime("%Y%m%d")) for n in range(DAYS_BACK)])
    recent = rng.random(rows) < SHARE_OF_LAST_WEEK
    back = np.where(recent, rng.integers(0, LAST_WEEK, rows), rng.integers(0, DAYS_BACK, rows))
    told = days[back]
    codes = sorted(CODES)
    drawn = rng.choice(len(codes), rows, p=rng.dirichlet(np.full(len(codes), 0.2)))
    code = pl.Series("code", codes).gather(drawn)
    points = np.array([CODES[c].hundredths / HUNDREDTHS for c in codes])[drawn]
    columns: list[pl.Series] = [
        pl.Series("id", np.arange(first_id, first_id + rows)),
        pl.Series("day", told),
        pl.Series("month", told // 100),
        pl.Series("year", told // 10_000),
        pl.Series("fraction", np.round(told / 10_000, 4)),
        *_parties(rng, rows),
        pl.Series("is_root", rng.integers(0, 2, rows)),
        code,
        code.str.slice(0, 3).alias("base"),
        code.str.slice(0, 2).alias("root"),
        pl.Series("quad_class", rng.integers(1, 5, rows)),
        pl.Series("intensity", points),
        *(pl.Series(name, rng.integers(1, 20, rows)) for name in ("mentions", "sources", "texts")),
        pl.Series("tone", rng.normal(0, 3, rows)),
        *_places(rng, rows),
        pl.Series("added", np.full(rows, int(day.strftime("%Y%m%d")))),
        _addresses(rng, rows),
    ]
    return pl.DataFrame(columns)


def _skewed(rng: np.random.Generator, kinds: int, rows: int) -> np.ndarray:
    """Numbers below `kinds`, the first far more often than the last."""
    weights = 1 / np.arange(1, kinds + 1)
    return rng.choice(kinds, rows, p=weights / weights.sum())


def _parties(rng: np.random.Generator, rows: int) -> list[pl.Series]:
    countries = [STATES[n] for n in rng.integers(0, len(STATES), PARTIES)]
    roles = [ROLES[n] for n in rng.integers(0, len(ROLES), PARTIES)]
    blank = [""] * (PARTIES + 1)
    cells: dict[str, Sequence[str]] = {
        "code": [c + r for c, r in zip(countries, roles, strict=True)] + [""],
        "name": [f"NAME {n} {c}" for n, c in enumerate(countries)] + [""],
        "country": [*countries, ""],
        **dict.fromkeys(("group", "ethnic", "religion", "religion_2"), blank),
        "type": [*roles, ""],
        **dict.fromkeys(("type_2", "type_3"), blank),
    }
    known = pl.DataFrame(cells)
    found = []
    for side in ("actor", "recipient"):
        drawn = _skewed(rng, PARTIES, rows)
        drawn[rng.random(rows) < SHARE_WITHOUT_PARTY] = PARTIES
        found += [column.alias(f"{side}_{column.name}") for column in known[drawn]]
    return found


def _places(rng: np.random.Generator, rows: int) -> list[pl.Series]:
    found = []
    for place in ("actor", "recipient", "act"):
        drawn = rng.integers(0, len(PLACES), rows)
        found += [
            pl.Series(f"{place}_kind", rng.integers(0, 5, rows)),
            pl.Series(PLACES).gather(drawn).alias(f"{place}_place"),
            pl.Series(COUNTRIES).gather(drawn).alias(f"{place}_in"),
            pl.Series(COUNTRIES).gather(drawn).alias(f"{place}_region"),
            pl.Series(f"{place}_latitude", np.round(rng.uniform(-90, 90, rows), 4)),
            pl.Series(f"{place}_longitude", np.round(rng.uniform(-180, 180, rows), 4)),
            pl.Series(f"{place}_feature", rng.integers(-3_000_000, 0, rows)),
        ]
    return found


def _addresses(rng: np.random.Generator, rows: int) -> pl.Series:
    articles = max(1, rows // 3)
    sites = _skewed(rng, SITES, articles)
    texts = [f"http://www.site{s}.com/news/world/a-story-of-it-{n:07}" for n, s in enumerate(sites)]
    return pl.Series("address", texts).gather(rng.integers(0, articles, rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("rows", type=int)
    asked = parser.parse_args()
    write(asked.file, asked.rows)
