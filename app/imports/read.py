"""Reading catalogues: files or a request to checked records, each with the place it came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from app.errors import Fault, InvalidCatalogue
from app.imports.format import KIND_OF_SECTION, CatalogueFile
from app.imports.parse import FORMAT_OF_SUFFIX, Document, Format, parse
from app.interpreter import uncollected
from app.problems import to_detail
from app.records.check import Change
from app.strict_json import Pointer


@dataclass(slots=True)
class Catalogue:
    """Records of several files as changes, and for each the place that it is from."""

    changes: list[Change] = field(default_factory=list)
    origins: list[tuple[Document, Pointer]] = field(default_factory=list)

    def fault(self, number: int, rest: Pointer, detail: str) -> Fault:
        """A fault at a part of one record."""
        document, place = self.origins[number]
        return document.fault((*place, *rest), detail)

    def add(self, document: Document, records: CatalogueFile) -> None:
        """Appends the records of one document."""
        for section, kind in KIND_OF_SECTION.items():
            for index, record in enumerate(getattr(records, section)):
                self.changes.append(Change(kind, kind.identify(record), record))
                self.origins.append((document, (section, index)))


def read_catalogue(paths: Sequence[Path]) -> Catalogue:
    """Files, and folders of files, as one catalogue whose every record fits the format.

    Raises InvalidCatalogue with every fault of every file.
    """
    catalogue, faults = Catalogue(), list[Fault]()
    for path in _list_files(paths):
        form = FORMAT_OF_SUFFIX.get(path.suffix, "yaml")
        try:
            _read_into(catalogue, path.name, path.read_bytes(), form)
        except InvalidCatalogue as error:
            faults += error.faults
    if faults:
        raise InvalidCatalogue(tuple(faults))
    return catalogue


def read_one(data: bytes, form: Format) -> Catalogue:
    """One body as a catalogue. Raises InvalidCatalogue with every fault."""
    catalogue = Catalogue()
    _read_into(catalogue, None, data, form)
    return catalogue


@uncollected()
def _read_into(catalogue: Catalogue, name: str | None, data: bytes, form: Format) -> None:
    document = parse(name, data, form)
    records = _take(document.content)
    if records is None:
        records = _validate(parse(name, data, form))
    catalogue.add(replace(document, content=None), records)


def _take(content: object) -> CatalogueFile | None:
    """The content as records, each of which takes the place of its plain data.

    None where there is any fault; the content then is of no more use.
    """
    if not isinstance(content, dict) or not content.keys() <= KIND_OF_SECTION.keys():
        return None
    for section, records in content.items():
        shape = KIND_OF_SECTION[section].shape
        if not isinstance(records, list):
            return None
        try:
            for place, record in enumerate(records):
                records[place] = shape.model_validate(record)
        except ValidationError:
            return None
    return CatalogueFile.model_construct(**content)


def _list_files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        inside = (
            sorted(p for p in path.iterdir() if p.suffix in FORMAT_OF_SUFFIX)
            if path.is_dir()
            else []
        )
        if not path.exists() or (path.is_dir() and not inside):
            suffixes = ", ".join(FORMAT_OF_SUFFIX)
            detail = f"there is no catalogue file ({suffixes}) here"
            raise InvalidCatalogue((Fault("", detail, str(path)),))
        files += inside or [path]
    return files


def _validate(document: Document) -> CatalogueFile:
    try:
        return CatalogueFile.model_validate(document.content)
    except ValidationError as error:
        raise InvalidCatalogue(tuple(dict.fromkeys(_list_faults(document, error)))) from None


def _list_faults(document: Document, error: ValidationError) -> Iterable[Fault]:
    """What a validator found, with lines; no text of the file is repeated."""
    for found in error.errors(include_url=False, include_input=False):
        place = tuple(found["loc"])
        fault = document.fault(place, to_detail(found["type"], found["msg"]))
        if found["type"] == "extra_forbidden":
            shown = document.fault(place[:-1], "a field here is not known; leave it out")
            fault = Fault(shown.pointer, shown.detail, fault.file, fault.line)
        elif "[key]" in place:
            fault = document.fault(place[: place.index("[key]") - 1], fault.detail)
        yield fault
