"""The one statement that counts events: from reports to dyad-days.

One event is one (day, dyad, code, publisher), however many reports it has; the first of them says
the rest. The statement is plain SQL: the database runs it on its tables, and other engines run its
text on theirs.
"""

from typing import Any

from sqlalchemy import FromClause, Select, case, column, func, table
from sqlalchemy import select as select_columns

# What a report must have: `happened_on` a day, `hundredths` the intensity, `lead` its reference.
REPORT_COLUMNS = (
    "dyad_id",
    "happened_on",
    "code",
    "publisher",
    "quad_class",
    "event_type",
    "domain_id",
    "hundredths",
    "lead",
)
GROUP_COLUMNS = ("dyad_id", "happened_on", "quad_class", "event_type", "domain_id")
SUM_COLUMNS = ("events", "publishers", "cooperative", "conflictual")


def roll_up(reports: FromClause) -> Select[Any]:
    """Dyad-days of reports: `GROUP_COLUMNS`, `SUM_COLUMNS`, and the `lead` of the first event.

    An event is as its first report has it, by `lead`, which no two reports of a day share.
    `cooperative` and `conflictual` are sums of intensities above and below 0, both positive, in
    hundredths; `publishers` counts distinct ones.
    """
    report = reports.c
    identity = (report.dyad_id, report.happened_on, report.code, report.publisher)
    first = (
        select_columns(report.happened_on, func.min(report.lead).label("lead"))
        .group_by(*identity)
        .subquery("first")
    )
    is_first = (report.lead == first.c.lead) & (report.happened_on == first.c.happened_on)
    groups = [report[name] for name in GROUP_COLUMNS]
    hundredths = report.hundredths
    sums: list[Any] = [
        func.count(),
        func.count(report.publisher.distinct()),
        func.sum(case((hundredths > 0, hundredths), else_=0)),
        func.sum(case((hundredths < 0, -hundredths), else_=0)),
        func.min(report.lead),
    ]
    named = [total.label(name) for total, name in zip(sums, (*SUM_COLUMNS, "lead"), strict=True)]
    return select_columns(*groups, *named).join_from(reports, first, is_first).group_by(*groups)


def to_sql(table_name: str) -> str:
    """The statement as text, on a table of that name."""
    columns: list[Any] = [column(name) for name in REPORT_COLUMNS]
    reports = table(table_name, *columns)
    return str(roll_up(reports).compile(compile_kwargs={"literal_binds": True}))
