"""JSON that means one thing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.strict_json import MAX_DEPTH, Lines, MalformedJson, parse

TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a": 1, "a": 2}',
        '{"b": {"a": 1, "\\u0061": 2}}',
        "NaN",
        "[Infinity]",
        "-Infinity",
        "1" * 5000,
        "[" * 100_000,
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        '{"a":' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1),
        "{'a': 1}",
        "[1,]",
        "// no\n1",
        "1 2",
        '"a\nb"',
    ],
    ids=lambda text: text[:20],
)
def test_what_could_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(MalformedJson):
        parse(text)


@given(TREES)
def test_what_is_json_is_read_as_it_is(tree: object) -> None:
    assert parse(json.dumps(tree)) == tree


def walk(tree: object, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    return [place] + [p for key, child in children for p in walk(child, (*place, key))]


@given(TREES)
def test_every_part_is_found_on_its_line(tree: object) -> None:
    text = json.dumps(tree, indent=1)
    lines = Lines(text)
    starts = [lines.line_of(place) for place in walk(tree)]
    assert starts == sorted(starts)  # parts come in the order of the text
    flat = Lines(json.dumps(tree))
    assert {flat.line_of(place) for place in walk(tree)} == {1}


def test_lines_count_from_one_and_stop_at_the_deepest_part_there_is() -> None:
    text = '\n{\n "a": [\n  1,\n  {"b":\n   2}\n ]\n}'
    lines = Lines(text)
    assert lines.line_of(()) == 2
    assert lines.line_of(("a",)) == 3
    assert lines.line_of(("a", 0)) == 4
    assert lines.line_of(("a", 1, "b")) == 6
    assert lines.line_of(("a", 1, "c", "d")) == 5
    assert lines.line_of(("none",)) == 2
