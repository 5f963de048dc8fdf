"""Figures and days in words."""

# A figure that there is none of.
NONE = "-"


def to_figure(value: float, form: str) -> str:
    """A figure in words; one that there is none of is no zero."""
    return NONE if value != value else format(value, form)


def say_days(days: int, kind: str = "") -> str:
    """So many days, of a kind, in words."""
    unit = "day" if days == 1 else "days"
    return " ".join(filter(None, (f"{days:,}", kind, unit)))
