"""Rows: many at a time, on both databases."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from app.db import read_session, write_session
from app.domains.models import Domain
from app.rows import Row, RowWriter, table_of
from tests.service import Service

DOMAINS = table_of(Domain)


def domain(domain_id: str, **more: object) -> dict[str, object]:
    parent = domain_id.rpartition(".")[0] or None
    own = {"id": domain_id, "name": domain_id, "description": "Described", "revision": 1}
    return own | {"parent_id": parent, "passed over": 1} | more


def names(service: Service) -> dict[str, str]:
    with read_session(service.engine) as session:
        found = session.exec(select(Domain.id, Domain.name).where(col(Domain.id) >= "z"))
        return {domain_id: name for domain_id, name in found}  # noqa: C416 a result is no mapping


def test_rows_are_inserted_updated_and_deleted(both: Service) -> None:
    with write_session(both.engine) as session:
        writer = RowWriter(session)
        writer.insert(Row(DOMAINS, domain(i)) for i in ("za", "za.b", "zb"))
        writer.update(DOMAINS, [domain("zb", name="Renamed")])
        writer.delete(DOMAINS, "id", ["za.b"])
        writer.insert([])
        writer.update(DOMAINS, [])
        writer.delete(DOMAINS, "id", [])
    assert names(both) == {"za": "za", "zb": "Renamed"}


def test_what_the_database_refuses_leaves_nothing(both: Service) -> None:
    with pytest.raises(IntegrityError), write_session(both.engine) as session:
        RowWriter(session).insert([Row(DOMAINS, domain("za")), Row(DOMAINS, domain("za"))])
    assert names(both) == {}
