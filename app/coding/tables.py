"""Tables with a header, tab-separated: rows by the names of their columns."""

from collections.abc import Callable, Sequence

from app.coding.report import Report


def make_reader(
    header: str, columns: Sequence[str], to_report: Callable[[list[str]], Report]
) -> Callable[[str], Report]:
    """A reader of rows under this header; `to_report` gets their cells in the order of `columns`.

    Raises ValueError for a header of something else; the reader does, saying what is wrong with it,
    for a row that cannot be read.
    """
    names = header.split("\t")
    places = _find_columns(names, columns)

    def read(line: str) -> Report:
        row = line.split("\t")
        if len(row) != len(names):
            raise ValueError(f"it has {len(row)} columns, not {len(names)}")
        return to_report([row[place] for place in places])

    return read


def _find_columns(header: Sequence[str], names: Sequence[str]) -> tuple[int, ...]:
    """Where the columns with these names stand."""
    places = {name.strip(): place for place, name in enumerate(header)}
    missing = [name for name in names if name not in places]
    if missing:
        raise ValueError(f"the header has no column {missing[0]!r}")
    return tuple(places[name] for name in names)
