"""Files of feeds for roll-ups, with all that can be odd about rows, and a register to read them."""

import polars as pl
from hypothesis import strategies as st

from app.actors.states import list_states
from app.feeds.resolve import Register
from app.rollups.meanings import Meanings
from app.rollups.rows import Part
from tests.coding.builders import gdelt_row, icews_file, polecat_file

DOMAINS = ("security", "trade", "health", "security.non-proliferation")
REGISTER = Register({actor.id: actor for actor in list_states()}, DOMAINS)

_ids = st.sampled_from(["1", "2", "30", "x7", "", "NA", "a b", "a/b", "7" * 101, "é1"])
_days = st.sampled_from(["20210304", "2021-03-05", "20211399", "10000101", ""])
_codes = st.sampled_from(["040", "42", "0312", "1213", "13y", "", "190"])
_points = st.sampled_from(["1", "-2.5", "10", "11", "x", "nan", ""])
_odd = st.sampled_from(["", "\x00", "\xff", "\t", "\r", " "])
_sectors = st.sampled_from(["Military", "Government,Business", "Health Ministry", "NA", "Rebel"])
_names = st.sampled_from(["Japan", "Citizen (South Korea)", "Nobody", "NA", "", "Militant"])
_countries = st.sampled_from(["Japan", "South Korea", "Atlantis", ""])
_sites = st.sampled_from(
    [
        "https://www.a.org/x?y",
        "http://B.com:80/z",
        "//c.net",
        "d",
        "",
        "http://[::1/x",
        "e?//f",
        "http://a.org /x",
    ]
)


@st.composite
def icews_rows(draw: st.DrawFn) -> bytes:
    """A row of ICEWS."""
    row = {
        "Event ID": draw(_ids),
        "Event Date": draw(_days),
        "Source Name": draw(_names),
        "Source Sectors": draw(_sectors),
        "Source Country": draw(_countries),
        "CAMEO Code": draw(_codes),
        "Intensity": draw(_points),
        "Target Name": draw(_names),
        "Target Sectors": draw(_sectors),
        "Target Country": draw(_countries),
        "Publisher": draw(st.sampled_from(["P", "Q", "NA"])),
        "Longitude": draw(st.sampled_from(["1", ""])),
    }
    return icews_file(row)[1].replace(b"\n", draw(_odd).encode("latin-1") + b"\n")


@st.composite
def gdelt_rows(draw: st.DrawFn) -> bytes:
    """A row of GDELT, mostly of the usual width."""
    width = draw(st.sampled_from([58, 58, 58, 57, 60, 61]))
    cells = {
        "c0": draw(_ids),
        "c1": draw(_days),
        "c5": draw(st.sampled_from(["JPNGOV", "KOR", "", "REB"])),
        "c12": draw(st.sampled_from(["GOV", "MIL", "REB", ""])),
        "c15": draw(st.sampled_from(["KORMIL", "JPN", "IGOUNO"])),
        "c22": draw(st.sampled_from(["MIL", "BUS", ""])),
        "c26": draw(_codes),
        "c30": draw(_points),
    }
    if width > 57:
        cells[f"c{width - 1}"] = draw(_sites)
    return gdelt_row(width, **cells).replace(b"\n", draw(_odd).encode("latin-1") + b"\n")


@st.composite
def polecat_rows(draw: st.DrawFn) -> bytes:
    """A row of POLECAT."""
    row = {
        "Event ID": draw(_ids),
        "Event Date": draw(_days),
        "Event Type": draw(st.sampled_from(["CONSULT", "ACCUSE", "NONE"])),
        "Event Mode": draw(st.sampled_from(["visit", "None"])),
        "Intensity": draw(_points),
        "Contexts": draw(st.sampled_from(["cbrn; military", "election", "None", "economic"])),
        "Actor Country": draw(st.sampled_from(["JPN", "KOR", ""])),
        "Recipient Sectors": draw(_sectors),
    }
    return polecat_file(row)[1].replace(b"\n", draw(_odd).encode("latin-1") + b"\n")


ROWS = {"icews": icews_rows(), "gdelt": gdelt_rows(), "polecat": polecat_rows()}
HEADERS = {"icews": icews_file()[0], "gdelt": b"", "polecat": polecat_file()[0]}


def told(part: Part, meanings: Meanings) -> tuple[object, ...]:
    """All that a part says, with the texts that its numbers stand for."""
    reports = part.reports.with_columns(
        pl.Series("code", [meanings.codes.things[n] for n in part.reports["code"]], pl.String),
        pl.Series(
            "publisher",
            [meanings.publishers.things[n] for n in part.reports["publisher"]],
            pl.String,
        ),
    )
    counts = (part.rows, part.internal, part.unresolved, part.names)
    return reports.rows(), counts, part.rejected
