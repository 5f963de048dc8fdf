"""PLOVER, the successor of CAMEO: sixteen event types in four quad classes, and contexts."""

from typing import Literal, get_args

# Cooperation from AGREE to RETREAT, conflict from REQUEST to ASSAULT.
EventType = Literal[
    "AGREE",
    "CONSULT",
    "SUPPORT",
    "CONCEDE",
    "COOPERATE",
    "AID",
    "RETREAT",
    "REQUEST",
    "ACCUSE",
    "REJECT",
    "THREATEN",
    "PROTEST",
    "SANCTION",
    "MOBILIZE",
    "COERCE",
    "ASSAULT",
]
EVENT_TYPES: dict[str, EventType] = {event_type: event_type for event_type in get_args(EventType)}

# 1 and 2 are verbal and material cooperation, 3 and 4 verbal and material conflict.
QUAD_CLASSES: dict[EventType, int] = {
    "AGREE": 1,
    "CONSULT": 1,
    "SUPPORT": 1,
    "CONCEDE": 1,
    "COOPERATE": 2,
    "AID": 2,
    "RETREAT": 2,
    "REQUEST": 3,
    "ACCUSE": 3,
    "REJECT": 3,
    "THREATEN": 3,
    "PROTEST": 4,
    "SANCTION": 4,
    "MOBILIZE": 4,
    "COERCE": 4,
    "ASSAULT": 4,
}


def is_cooperative(quad_class: int) -> bool:
    """Whether a quad class is one of cooperation."""
    return quad_class <= 2


def with_sign(event_type: EventType, hundredths: int) -> int:
    """An intensity with the sign of its event type.

    Printed tables of PLOVER have lost the minus of ACCUSE, so the sign of a PLOVER intensity is
    taken from the quad class, never from the figure.
    """
    return abs(hundredths) if is_cooperative(QUAD_CLASSES[event_type]) else -abs(hundredths)
