"""Expressions of Prometheus, evaluated on a few scrapes: as much of the language as our rules use.

An instant vector is a dictionary from labels to a value.
"""

import math
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import promql_parser as ast
from prometheus_client.parser import text_string_to_metric_families

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
Points = list[tuple[float, float]]
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_COMPUTE: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / b if b else math.nan,
}
_AGGREGATE: dict[str, Callable[[Iterable[float]], float]] = {"sum": sum, "max": max, "min": min}


@dataclass(frozen=True)
class Scrapes:
    """Samples by name and labels, each a list of (second, value), oldest first."""

    series: dict[tuple[str, Labels], Points]

    @classmethod
    def of(cls, texts: dict[float, dict[str, str]], job: str = "entente") -> "Scrapes":
        """What was scraped: for each second, the text of /metrics of each instance."""
        found: dict[tuple[str, Labels], Points] = {}
        for second, instances in sorted(texts.items()):
            for instance, text in instances.items():
                own = {"job": job, "instance": instance}
                found.setdefault(("up", _labels(own)), []).append((second, float(bool(text))))
                for family in text_string_to_metric_families(text):
                    for sample in family.samples:
                        key = sample.name, _labels({**sample.labels, **own})
                        found.setdefault(key, []).append((second, sample.value))
        return cls(found)

    def evaluate(self, expression: str) -> Vector:
        """The instant vector at the time of the last scrape."""
        found = self._evaluate(ast.parse(expression))
        return found if isinstance(found, dict) else {frozenset(): found}

    def _evaluate(self, node: Any) -> Any:
        match node:
            case ast.NumberLiteral():
                return float(node.val)
            case ast.ParenExpr():
                return self._evaluate(node.expr)
            case ast.VectorSelector():
                return self._look(node)
            case ast.AggregateExpr():
                return self._aggregate(node)
            case ast.Call():
                return self._call(node)
            case ast.BinaryExpr():
                return self._combine(node)
        raise ValueError(f"not known here: {type(node).__name__}")

    def _look(self, node: Any) -> Vector:
        """The last values, as of so long ago."""
        last = max(points[-1][0] for points in self.series.values())
        ago = _seconds(node.offset) if node.offset else 0.0
        found = {}
        for labels, points in self._select(node):
            then = [value for second, value in points if second <= last - ago]
            if then:
                found[labels] = then[-1]
        return found

    def _select(self, node: Any) -> list[tuple[Labels, Points]]:
        return [
            (labels, points)
            for (name, labels), points in self.series.items()
            if name == node.name and all(_holds(m, dict(labels)) for m in node.matchers.matchers)
        ]

    def _aggregate(self, node: Any) -> Vector:
        names = set(node.modifier.labels) if node.modifier else set()
        assert node.modifier is None or str(node.modifier.type).endswith("By")
        groups: dict[Labels, list[float]] = {}
        for labels, value in self._evaluate(node.expr).items():
            kept = frozenset(pair for pair in labels if pair[0] in names)
            groups.setdefault(kept, []).append(value)
        return {labels: _AGGREGATE[str(node.op)](values) for labels, values in groups.items()}

    def _call(self, node: Any) -> Vector:
        name = node.func.name
        if name == "absent":
            return {} if self._evaluate(node.args[0]) else {frozenset(): 1.0}
        if name == "histogram_quantile":
            return _quantile(self._evaluate(node.args[0]), self._evaluate(node.args[1]))
        ranged = node.args[0]
        span = ranged.range.total_seconds()
        last = max(points[-1][0] for points in self.series.values())
        found = {}
        for labels, points in self._select(ranged.vector_selector):
            within = [point for point in points if point[0] >= last - span]
            if len(within) > 1:
                (begin, low), (end, high) = within[0], within[-1]
                # Not drawn out to the ends of the range: the scrapes of our tests lie there.
                change = high - low
                found[labels] = change / (end - begin) if name == "rate" else change
        if name not in ("rate", "increase", "delta"):
            raise ValueError(f"not known here: {name}")
        return found

    def _combine(self, node: Any) -> Any:
        left, right, sign = self._evaluate(node.lhs), self._evaluate(node.rhs), str(node.op)
        if not isinstance(left, dict):
            raise ValueError("not known here: a number on the left")
        if sign == "or":
            return right | left
        matching = str(node.modifier.matching) if node.modifier and node.modifier.matching else ""
        names = set(re.findall(r"\w+", matching)) - {"on"} if matching.startswith("on") else None
        found = (
            right if not isinstance(right, dict) else {_only(k, names): v for k, v in right.items()}
        )
        pairs = {
            labels: (value, found.get(_only(labels, names)) if isinstance(found, dict) else found)
            for labels, value in left.items()
        }
        both = {labels: (a, b) for labels, (a, b) in pairs.items() if b is not None}
        if sign in _COMPARE:
            return {labels: a for labels, (a, b) in both.items() if _COMPARE[sign](a, b)}
        return {labels: _COMPUTE[sign](a, b) for labels, (a, b) in both.items()}


def _seconds(offset: Any) -> float:
    return float(offset.total_seconds())


def _only(labels: Labels, names: set[str] | None) -> Labels:
    return labels if names is None else frozenset(pair for pair in labels if pair[0] in names)


def _labels(named: dict[str, str]) -> Labels:
    return frozenset(named.items())


def _holds(matcher: Any, labels: dict[str, str]) -> bool:
    value, sign = labels.get(matcher.name, ""), str(matcher.op).rsplit(".", 1)[-1]
    is_match = (
        re.fullmatch(matcher.value, value) is not None
        if sign in ("Re", "NotRe")
        else value == matcher.value
    )
    return is_match != sign.startswith("Not")


def _quantile(share: float, buckets: Vector) -> Vector:
    """By linear interpolation within the bucket, as Prometheus does."""
    groups: dict[Labels, list[tuple[float, float]]] = {}
    for labels, count in buckets.items():
        named = dict(labels)
        end = float(named.pop("le"))
        groups.setdefault(_labels(named), []).append((end, count))
    found = {}
    for labels, ends in groups.items():
        ends.sort()
        wanted = share * ends[-1][1]
        if not ends[-1][1]:
            continue
        place = next(n for n, (_, count) in enumerate(ends) if count >= wanted)
        low, below = ends[place - 1] if place else (0.0, 0.0)
        high, upto = ends[place]
        if math.isinf(high):
            found[labels] = low
        else:
            found[labels] = low + (high - low) * (wanted - below) / (upto - below)
    return found
