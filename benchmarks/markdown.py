"""A section of a report, its tables and its charts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Section:
    """A part of a report; `charts` are SVG texts by their names."""

    title: str
    lines: list[str] = field(default_factory=list)
    charts: dict[str, str] = field(default_factory=dict)

    def say(self, text: str) -> None:
        """Adds a paragraph."""
        self.lines += [text, ""]

    def tabulate(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Adds a table."""
        self.lines += [_row(header), "|" + "---|" * len(header), *map(_row, rows), ""]

    def write(self, file_stem: str) -> str:
        """Its Markdown; charts are in files of that stem beside it."""
        links = [f"![{name}]({file_stem}-{name}.svg)\n" for name in self.charts]
        return "\n".join([f"## {self.title}", "", *self.lines, *links])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
