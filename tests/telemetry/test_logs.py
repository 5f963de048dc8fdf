"""Logs."""

import json
import subprocess
import sys

import pytest

from app.telemetry.logs import choose_format, get_request_log

SCRIPT = """
import logging
from app.telemetry.logs import get_request_log, set_up
set_up({level!r}, {form!r})
log = get_request_log({level!r})
if log is not None:
    log.info("request", route="/v1/x\\ny", status=200)
logging.getLogger("uvicorn.error").warning("late by %d s", 3)
logging.getLogger("uvicorn.error").debug("not told")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("uvicorn.error").exception("broke")
"""


def log_lines(level: str, form: str) -> list[str]:
    script = SCRIPT.format(level=level, form=form)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_everything_is_one_line_of_json_each() -> None:
    lines = [json.loads(line) for line in log_lines("info", "json")]
    assert [line["event"] for line in lines] == ["request", "late by 3 s", "broke"]
    assert [line["level"] for line in lines] == ["info", "warning", "error"]
    assert lines[0]["route"] == "/v1/x\ny"
    assert "ZeroDivisionError" in lines[2]["exception"]
    assert all(line["timestamp"].endswith("Z") for line in lines)


def test_requests_are_not_told_of_where_only_warnings_are() -> None:
    lines = [json.loads(line) for line in log_lines("warning", "json")]
    assert [line["event"] for line in lines] == ["late by 3 s", "broke"]
    assert get_request_log("error") is None


def test_a_person_reads_text() -> None:
    first, second, *_ = log_lines("info", "text")
    assert "request" in first
    assert "late by 3 s" in second


def test_what_is_gathered_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    assert choose_format("auto") == "json"
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert choose_format("auto") == "text"
    assert choose_format("json") == "json"
