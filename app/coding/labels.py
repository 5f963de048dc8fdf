"""CAMEO's labels of events, as data sets that leave out the codes name them.

A label's first words say which root code it is of; these are enough to tell all roots apart.
"""

_BEGINNINGS: dict[str, str] = {
    "01": (
        "make statement, make public, make optimistic, make pessimistic, make empathetic, "
        "engage in symbolic, deny responsibility, consider, express accord, acknowledge, decline"
    ),
    "02": "appeal, make an appeal",
    "03": "express intent",
    "04": "consult, make a visit, host, engage in negotiation, discuss, meet, mediate",
    "05": (
        "praise, engage in diplomatic, sign, rally support, grant diplomatic, apologize, defend, "
        "forgive"
    ),
    "06": "cooperate, engage in material, engage in judicial, share",
    "07": "provide, grant asylum",
    "08": (
        "return, ease, de-escalate, yield, retreat, accede, receive, declare truce, demobilize, "
        "allow"
    ),
    "09": "investigate",
    "10": "demand",
    "11": "criticize, accuse, bring lawsuit, complain, rally opposition, disapprove, find guilty",
    "12": "reject, refuse, defy, veto",
    "13": "threaten, give ultimatum",
    "14": (
        "demonstrate, protest, obstruct, conduct strike, conduct hunger, engage in political, "
        "engage in violent"
    ),
    "15": "mobilize, increase, demonstrate military, exhibit",
    "16": "reduce, halt, impose embargo, expel or withdraw",
    "17": (
        "arrest, coerce, confiscate, destroy, seize, ban, expel or deport, use tactics, "
        "impose administrative, impose restrictions, impose state, impose curfew"
    ),
    "18": (
        "abduct, assault, assassinate, attempt to assassinate, torture, kill, physically, "
        "sexually, carry out, conduct suicide, use unconventional, use as human"
    ),
    "19": "fight, occupy, employ, use conventional, violate, impose blockade",
    "20": (
        "engage in mass, engage in ethnic, detonate, use chemical, use weapons, "
        "use unconventional mass"
    ),
}
_ROOTS = {words: root for root, several in _BEGINNINGS.items() for words in several.split(", ")}
_LONGEST_FIRST = sorted(_ROOTS, key=len, reverse=True)
# Verbal and material cooperation: quad classes 1 and 2.
COOPERATIVE_ROOTS = frozenset({"01", "02", "03", "04", "05", "06", "07", "08"})


def find_root(label: str) -> str:
    """The root code of a label, "01" to "20". Raises ValueError where none begins like it."""
    plain = " ".join(label.replace("_", " ").lower().split())
    for words in _LONGEST_FIRST:
        if plain.startswith(words):
            return _ROOTS[words]
    raise ValueError("no CAMEO label begins like this")
