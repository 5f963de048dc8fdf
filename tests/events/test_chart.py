"""Charts of dyads."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from app.events.chart import HEIGHT, LEFT, TOP, WIDTH
from tests.feeds.feeds import act, load, write_file
from tests.service import Service

SVG = "{http://www.w3.org/2000/svg}"


def chart(service: Service, url: str = "/v1/dyads/NOR/SWE", **params: Any) -> ElementTree.Element:
    asked = {"as_of": "2020-03-01", "since": "2020-02-01", "step": "day"} | params
    answer = service.get(url, asked, headers={"Accept": "image/svg+xml"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["vary"].startswith("Accept")
    return ElementTree.fromstring(answer.text)  # noqa: S314 it is our own


def bars(root: ElementTree.Element) -> list[tuple[str, float, float]]:
    """What each bar says, where it begins and how high it is."""
    return [
        (bar.findtext(f"{SVG}title", ""), float(bar.get("y", "")), float(bar.get("height", "")))
        for bar in root.iter(f"{SVG}rect")
        if bar.find(f"{SVG}title") is not None
    ]


def test_both_kinds_are_drawn_on_one_scale(small: Service, tmp_path: Path) -> None:
    rows = [
        act(1, day="2020-02-03", points="8", code="057"),
        act(2, day="2020-02-03", points="-4", code="112"),
        act(3, day="2020-03-01", points="2"),
    ]
    load(small, write_file(tmp_path, *rows))
    up, down, later = bars(chart(small))
    assert (up[0], down[0], later[0]) == (
        "2020-02-03: cooperative 8; 2 events of both kinds together",
        "2020-02-03: conflictual 4; 2 events of both kinds together",
        "2020-03-01: cooperative 2; 1 event",
    )
    assert up[1] + up[2] == pytest.approx(down[1], abs=0.2)
    assert up[2] == pytest.approx(2 * down[2], abs=0.2)
    assert up[2] == pytest.approx(4 * later[2], abs=0.2)


@pytest.mark.parametrize("step", ["day", "week", "month"])
@pytest.mark.parametrize("since", ["2020-03-01", "2020-02-29", "2015-06-15"])
def test_nothing_is_drawn_outside_of_the_picture(
    small: Service, tmp_path: Path, step: str, since: str
) -> None:
    rows = [act(n, day=f"2020-0{n % 3 + 1}-0{n % 9 + 1}", points=str(n - 5)) for n in range(11)]
    load(small, write_file(tmp_path, *rows, act(20, day="2020-03-01")))
    root = chart(small, step=step, since=since)
    assert bars(root)
    for bar in root.iter(f"{SVG}rect"):
        x, y = float(bar.get("x", 0)), float(bar.get("y", 0))
        assert x >= 0
        assert x + float(bar.get("width", 0)) <= WIDTH
        assert 0 <= y <= y + float(bar.get("height", 0)) <= HEIGHT


@pytest.mark.parametrize("step", ["day", "week", "month"])
def test_the_legend_stands_above_the_plot(small: Service, tmp_path: Path, step: str) -> None:
    load(small, write_file(tmp_path, act(1, day="2020-03-01"), act(2, day="2020-02-01")))
    root = chart(small, step=step)
    legend = [t for t in root.iter(f"{SVG}text") if (t.text or "").startswith("co")]
    assert [t.text for t in legend] == ["cooperative (up)", "conflictual (down)"]
    assert all(float(t.get("y", "")) < TOP <= bar[1] for t in legend for bar in bars(root))


def test_a_single_day_is_named_once_and_inside_the_picture(small: Service, tmp_path: Path) -> None:
    load(small, write_file(tmp_path, act(1, day="2020-03-01")))
    root = chart(small, since="2020-03-01")
    (label,) = [t for t in root.iter(f"{SVG}text") if t.text == "2020-03-01"]
    assert (label.get("text-anchor"), float(label.get("x", ""))) == ("start", LEFT)


def test_too_little_is_said_in_the_picture_and_to_screen_readers(small: Service) -> None:
    root = chart(small, as_of="2019-03-01", since="2018-03-01")
    assert bars(root) == []
    warning = "Too little is known to compare: 0 events reported in 365 days, 5 needed"
    assert warning in [text.text for text in root.iter(f"{SVG}text")]
    assert warning in root.findtext(f"{SVG}desc", "")
    assert root.findtext(f"{SVG}title", "").startswith("Norway towards Sweden, 2018-03-01 to")


def test_json_stays_the_default_and_other_pictures_are_refused(small: Service) -> None:
    url = "/v1/dyads/NOR/SWE"
    assert small.get(url).json()["actor_name"] == "Norway"
    refused = small.get(url, headers={"Accept": "image/png"})
    assert (refused.status_code, refused.json()["code"]) == (406, "not_acceptable")
