"""A folder of the ICEWS14 layout with events drawn at random."""

from pathlib import Path

import numpy as np

ACTORS = (
    "Norway",
    "Sweden",
    "Citizen_(Norway)",
    "Police_(Norway)",
    "Citizen_(Sweden)",
    "Police_(Sweden)",
    "Media_(Sweden)",
    "Somebody",
)
TYPES = ("Consult", "Make_statement", "Accuse", "Provide_aid", "Threaten")


def write_folder(
    folder: Path, *, days: int = 260, judged_days: int = 31, per_day: int = 14, seed: int = 7
) -> Path:
    """Train and valid; what happened before is likelier to happen again."""
    rng = np.random.default_rng(seed)
    for name, names in (("entity2id", ACTORS), ("relation2id", TYPES)):
        lines = "".join(f"{label}\t{number}\n" for number, label in enumerate(names))
        (folder / f"{name}.txt").write_text(lines, encoding="utf-8")
    past: list[tuple[int, int, int]] = []
    lines_of: dict[str, list[str]] = {"train": [], "valid": []}
    for day in range(days + judged_days):
        found = set[tuple[int, int, int]]()
        for _ in range(per_day):
            if past and rng.random() < 0.7:
                found.add(past[len(past) - 1 - int(rng.exponential(40)) % len(past)])
            else:
                one, other = rng.choice(len(ACTORS), 2, replace=False, p=_LIKELY)
                found.add((int(one), int(rng.zipf(1.6)) % len(TYPES), int(other)))
        past += sorted(found)
        part = "train" if day < days else "valid"
        lines_of[part] += [f"{a}\t{t}\t{r}\t{24 * day}\t-1\n" for a, t, r in sorted(found)]
    for part, lines in lines_of.items():
        (folder / f"{part}.txt").write_text("".join(lines), encoding="utf-8")
    return folder


_LIKELY = np.array([8, 7, 5, 4, 3, 2, 1, 1]) / 31
