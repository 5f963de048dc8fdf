"""Names, pure: the key a name is compared by."""

import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w]+")


def to_search_key(name: str) -> str:
    """A name without case, accents and punctuation: "Côte d'Ivoire" and "cote d ivoire" agree."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c)
    )
    return _NOT_WORD.sub(" ", plain.replace(".", "")).strip()
