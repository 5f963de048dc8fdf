"""Figures and days in words."""

from app.forecasting.runs import Side

# A figure that there is none of.
NONE = "-"


def to_figure(value: float, form: str) -> str:
    """A figure in words; one that there is none of is no zero."""
    return NONE if value != value else format(value, form)


def say_days(days: int, kind: str = "") -> str:
    """So many days, of a kind, in words."""
    unit = "day" if days == 1 else "days"
    return " ".join(filter(None, (f"{days:,}", kind, unit)))


def say_target(days: int, side: Side) -> str:
    """What is forecast: within so many days, and by either of the two where that is so."""
    return f"within {say_days(days)}{', by either side' if side == 'either' else ''}"
