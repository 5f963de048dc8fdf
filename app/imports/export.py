"""Exporting the catalogue: a file in the catalogue format that imports to the same records."""

import json
from collections.abc import Iterator

import yaml
from pydantic import JsonValue

from app.imports.parse import Format
from app.records.kinds import KINDS
from app.revisions.snapshot import Snapshot

Records = dict[str, list[dict[str, JsonValue]]]


def to_text(snapshot: Snapshot, form: Format) -> str:
    """The whole catalogue as one file."""
    sections: Records = {
        kind.plural: [
            document.model_dump(mode="json", exclude_defaults=True)
            for document in snapshot.documents(kind.resource, kind.shape).values()
        ]
        for kind in KINDS
    }
    if form == "json":
        return json.dumps(sections, indent=2, ensure_ascii=False) + "\n"
    if form == "ndjson":
        return "".join(f"{line}\n" for line in _to_lines(sections))
    return yaml.dump(
        sections, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=100
    )


def _to_lines(sections: Records) -> Iterator[str]:
    for kind in KINDS:
        for record in sections[kind.plural]:
            yield json.dumps({kind.resource: record}, ensure_ascii=False)
