"""The rows of domains."""

from collections.abc import Iterator

from app.domains.models import Domain, DomainCreate
from app.rows import Row, Stamp, table_of


def list_domain_rows(domain: DomainCreate, stamp: Stamp) -> Iterator[Row]:
    """The domain's one row; the one above it must be there."""
    own = {"parent_id": domain.parent_id, "revision": stamp.number}
    yield Row(table_of(Domain), vars(domain) | own)
