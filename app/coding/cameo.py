"""CAMEO, the code book of ICEWS and GDELT: which codes there are, and what each one says.

Gerner, Schrodt and Yilmaz, "Conflict and Mediation Event Observations", with the intensities that
its editors gave every code on the scale of Goldstein (Journal of Conflict Resolution 36, 1992).
"""

from dataclasses import dataclass

from app.coding.plover import EventType

HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its PLOVER event type (None for statements), quad class and intensity.

    Quad classes: 1 and 2 are verbal and material cooperation, 3 and 4 such conflict. Intensity in
    hundredths of a point on the Goldstein scale, -1000 to 1000.
    """

    code: str
    event_type: EventType | None
    quad_class: int
    hundredths: int


# Root code: PLOVER event type and quad class. PLOVER has no type for bare statements; to promise
# is AGREE, while what is said in support, and signing an agreement (057), is SUPPORT.
_ROOTS: dict[str, tuple[EventType | None, int]] = {
    "01": (None, 1),
    "02": ("REQUEST", 1),
    "03": ("AGREE", 1),
    "04": ("CONSULT", 1),
    "05": ("SUPPORT", 1),
    "06": ("COOPERATE", 2),
    "07": ("AID", 2),
    "08": ("CONCEDE", 2),
    "09": ("ACCUSE", 3),
    "10": ("REQUEST", 3),
    "11": ("ACCUSE", 3),
    "12": ("REJECT", 3),
    "13": ("THREATEN", 3),
    "14": ("PROTEST", 4),
    "15": ("MOBILIZE", 4),
    "16": ("SANCTION", 4),
    "17": ("COERCE", 4),
    "18": ("ASSAULT", 4),
    "19": ("ASSAULT", 4),
    "20": ("ASSAULT", 4),
}
# To stand down (087) and to let others in (086) is to withdraw from a posture, not a mere promise.
_RETREAT = ("086", "087")

# Points on the Goldstein scale: the codes that have them.
_INTENSITIES: dict[float, str] = {
    10.0: "0874",
    9.0: "086 0861 0862 0863 087 0871 0872 0873",
    8.5: "074",
    8.3: "072",
    8.0: "057",
    7.4: "062 063 071 073",
    7.0: (
        "034 0341 0342 0343 0344 035 0351 0352 0353 0354 0355 0356 038 046 055 056 064 07 070 "
        "075 084 0841 0842 085"
    ),
    6.4: "061",
    6.0: "0334 054 06 060",
    5.2: "031 0311 0312 0313 0314 033 0331 0332 0333",
    5.0: "037 039 045 08 080 081 0811 0812 0813 0814 082 083 0831 0832 0833 0834",
    4.5: "032",
    4.0: "026 027 028 03 030 036",
    3.8: "053",
    3.5: "05 050 052",
    3.4: "018 019 021 0211 0212 0213 0214 022 023 0231 0232 0233 0234 051",
    3.0: "02 020",
    2.8: "043",
    2.5: "044",
    1.9: "042",
    1.0: "04 040 041",
    0.4: "013",
    0.0: "01 010 014 015 017",
    -0.1: "011",
    -0.3: "024 0241 0242 0243 0244 025 0251 0252 0253 0254 0255 0256",
    -0.4: "012",
    -2.0: "09 090 091 092 093 094 11 110 111 112 1121 1122 1123 1124 1125 113 114 115 116",
    -4.0: (
        "12 120 121 1211 1212 1213 122 1221 1222 1223 1224 123 1231 1232 1233 1234 124 1241 "
        "1242 1243 1244 1245 1246 16 160 161"
    ),
    -4.4: "130",
    -5.0: (
        "016 10 100 101 1011 1012 1013 1014 102 103 1031 1032 1033 1034 104 1041 1042 1043 "
        "1044 105 1051 1052 1053 1054 1055 1056 106 107 108 125 126 127 128 129 172 1721 1722 "
        "1723 1724 173 174"
    ),
    -5.6: "162 1621 1622 1623",
    -5.8: "131 1311 1312 1313 132 1321 1322 1323 1324 133 134 135",
    -6.0: "13",
    -6.5: "14 140 141 1411 1412 1413 1414 142 1421 1422 1423 1424 143 1431 1432 1433 1434 164",
    -7.0: "136 137 138 1381 1382 1383 1384 1385 139 165 166 1661 1662 1663 17 170",
    -7.2: "15 150 151 152 153 154",
    -7.5: "144 1441 1442 1443 1444 145 1451 1452 1453 1454",
    -8.0: "163 184 185",
    -9.0: "175 18 180 181 1821 1822",
    -9.2: "171 1711 1712",
    -9.5: "182 191 192 196 201",
    -10.0: "1823 183 1831 1832 1833 186 19 190 193 194 195 20 200 202 203 204 2041 2042",
}


def _to_code(code: str, points: float) -> Code:
    event_type, quad_class = _ROOTS[code[:2]]
    if code.startswith(_RETREAT):
        event_type = "RETREAT"
    return Code(code, event_type, quad_class, round(points * HUNDREDTHS))


CODES: dict[str, Code] = {
    code: _to_code(code, points) for points, codes in _INTENSITIES.items() for code in codes.split()
}


def find_code(text: str) -> Code:
    """The code that a feed names; a leading zero that a spreadsheet ate is put back.

    Raises ValueError for a code that does not exist.
    """
    found = CODES.get(text) or CODES.get(f"0{text}")
    if found is None:
        raise ValueError("there is no such CAMEO code")
    return found
