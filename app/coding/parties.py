"""Whom the parties that feeds name act for: the facts that resolving them needs."""

from app.coding.report import Party

# CAMEO's country codes that are not the alpha-3 codes of ISO 3166-1 today.
_OTHER_CODES = {
    "ROM": "ROU",
    "TMP": "TLS",
    "ZAR": "COD",
    "WSB": "PSE",
    "GZS": "PSE",
    "PAL": "PSE",
    "SIN": "SGP",
}
# Codes of CAMEO for organisations, and what they are called.
_ORGANISATIONS = {
    "IGOUNO": "United Nations",
    "UNO": "United Nations",
    "IGOEUREEC": "European Union",
    "EUREEC": "European Union",
    "IGOSEAASN": "ASEAN",
    "IGOASN": "ASEAN",
    "IGOWSTNAT": "NATO",
    "IGONAT": "NATO",
    "IGOIAE": "International Atomic Energy Agency",
    "IGOUNOIAE": "International Atomic Energy Agency",
    "IGOUNOWHO": "World Health Organization",
    "IGOWTO": "World Trade Organization",
}
# What feeds call states whose names, official names and aliases are others.
_OTHER_NAMES = {
    "Russian Federation": "RUS",
    "Occupied Palestinian Territory": "PSE",
    "Palestinian Territory, Occupied": "PSE",
    "the former Yugoslav Republic of Macedonia": "MKD",
    "Macedonia": "MKD",
    "Democratic Republic of Congo": "COD",
    "Congo": "COG",
    "Cote d'Ivoire": "CIV",
    "Swaziland": "SWZ",
    "Czech Republic": "CZE",
    "Laos": "LAO",
    "East Timor": "TLS",
    "Burma": "MMR",
    "Cape Verde": "CPV",
    "Moldova, Republic of": "MDA",
}
# Sectors, of ICEWS by name and of GDELT and POLECAT by role, whose members do not act for their
# country: those who fight it or break its law, and those who serve an organisation of many states.
_ACT_FOR_OTHERS = frozenset(
    {
        "REB",
        "SEP",
        "INS",
        "UAF",
        "CRM",
        "IGO",
        "Rebel",
        "Separatists",
        "Insurgents",
        "International Insurgents",
        "Unidentified Forces",
        "Criminals / Gangs",
        "Organized Violent",
        "International Government Organization",
    }
)


def acts_for_its_country(party: Party) -> bool:
    """Whether what the party does counts as done by its country."""
    return not any(sector in _ACT_FOR_OTHERS for sector in party.sectors)


def list_names(party: Party) -> list[str]:
    """What the party itself may be called in the register, the surest first."""
    names = [party.name] if party.name else []
    if party.code is not None and party.code in _ORGANISATIONS:
        names.append(_ORGANISATIONS[party.code])
    return names


def list_countries(party: Party) -> list[str]:
    """What its country may be called in the register: alpha-3 codes and names, the surest first.

    A feed's country column is asked first, then the first three letters of an actor's code, then
    what stands in brackets after a name, as in "Ministry (Japan)".
    """
    found = []
    if party.country is not None:
        found += [_to_state(party.country), party.country]
    if party.code is not None and len(party.code) >= 3:
        found.append(_to_state(party.code[:3]))
    if party.name.endswith(")") and "(" in party.name:
        bracketed = party.name[party.name.rindex("(") + 1 : -1].strip()
        found += [_to_state(bracketed), bracketed]
    return list(dict.fromkeys(filter(None, found)))


def _to_state(text: str) -> str:
    return _OTHER_CODES.get(text) or _OTHER_NAMES.get(text) or text
