"""The domain of an act, where its coding says one: by code, by context, or by the ministries.

Most codes say how parties deal with each other, not about what; then there is no domain, and the
event counts for the dyad only. The ids are those of the starter's domains.
"""

from collections.abc import Iterable, Sequence

# Codes of CAMEO that name a field. The longest beginning that is listed decides.
_BY_CODE: dict[str, str] = {
    **dict.fromkeys(("0211", "0311", "061", "1011", "1211"), "trade"),
    **dict.fromkeys(("0254", "0354", "085", "1054", "1244", "163"), "trade"),
    **dict.fromkeys(("0212", "0312", "062", "1012", "1212"), "security"),
    **dict.fromkeys(("0232", "0332", "072", "1032", "1222", "1622"), "security"),
    **dict.fromkeys(("0234", "0334", "074", "1034", "1224", "0861", "1661"), "security"),
    **dict.fromkeys(("0256", "0356", "087", "1056", "1246", "152", "154"), "security"),
    **dict.fromkeys(("0214", "0314", "064", "1014"), "security.information-sharing"),
    **dict.fromkeys(("0213", "0313", "063", "1013", "1213"), "justice"),
    **dict.fromkeys(("0231", "0331", "071", "1031", "1221", "1621"), "development"),
    **dict.fromkeys(("0233", "0333", "073", "1033", "1223", "1623", "0863"), "disaster"),
}
# Contexts of PLOVER. Civil nuclear power is no part of its cbrn, so that never is nuclear-safety.
_BY_CONTEXT: dict[str, str] = {
    "military": "security",
    "terrorism": "security",
    "intelligence": "security.information-sharing",
    "cbrn": "security.non-proliferation",
    "maritime": "security.maritime-incidents",
    "economic": "trade",
    "resource": "climate-energy",
    "energy": "climate-energy",
    "cyber": "technology.digital",
    "technology": "technology",
    "migration": "migration",
    "refugee": "migration",
    "environment": "environment",
    "health": "health",
    "disease": "health",
    "disaster": "disaster",
    "legal": "justice",
    "crime": "justice",
    "culture": "culture",
    "historical": "reconciliation.memory",
    "aid": "development",
}
# Sectors, of ICEWS by name and of GDELT by role, that both parties must have.
_BY_SECTOR: dict[str, str] = {
    "Defense / Security Ministry": "security",
    "Military": "security",
    "MIL": "security",
    "Finance / Economy / Commerce / Trade Ministry": "trade",
    "Business": "trade",
    "BUS": "trade",
    "Health Ministry": "health",
    "Medical / Health": "health",
    "HLH": "health",
    "Energy Ministry": "climate-energy",
    "Environment Ministry": "environment",
    "ENV": "environment",
    "Justice / Law Ministry": "justice",
    "Science / Tech / Knowledge / Innovation Ministry": "technology",
    "Education": "culture.exchanges",
    "EDU": "culture.exchanges",
}


def find_domain(
    code: str, contexts: Iterable[str], actor: Sequence[str], recipient: Sequence[str]
) -> tuple[str, str] | None:
    """The id of the domain and the rule that says so; None when the coding names no field.

    The code is asked first, then the contexts in their order, then the sectors of actor and
    recipient.
    """
    for length in (4, 3):
        start = code[:length]
        if len(start) == length and start in _BY_CODE:
            return _BY_CODE[start], f"CAMEO code {start}"
    shared = (sector for sector in actor if sector in recipient)
    return _first(_BY_CONTEXT, contexts, "PLOVER context") or _first(
        _BY_SECTOR, shared, "both sides are"
    )


def _first(table: dict[str, str], words: Iterable[str], rule: str) -> tuple[str, str] | None:
    return next(((table[word], f"{rule} {word}") for word in words if word in table), None)
