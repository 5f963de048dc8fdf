"""Settings."""

import pytest
from pydantic import ValidationError

from app.settings import Settings


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTENTE_PORT", "9000")
    monkeypatch.setenv("ENTENTE_DATABASE_URL", "sqlite:////tmp/other.db")
    settings = Settings()
    assert (settings.port, settings.database_url) == (9000, "sqlite:////tmp/other.db")


@pytest.mark.parametrize(
    "url", ["nonsense", "sqlite://", "mysql://localhost/x", "postgresql://localhost", ":"]
)
def test_a_database_that_cannot_be_used_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ValidationError, match=r"sqlite:///entente\.db"):
        Settings(database_url=url)
