"""Reasons: why a proposal scores as it does, as codes with references and one sentence each.

A reason's sentence is its template filled with its `params`, so every number in the text is in the
data beside it. Templates hold no digits of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.scoring import facts
from app.scoring.aggregate import shown
from app.scoring.assessment import CRITERIA, Assessment, Criterion, Input, Question
from app.scoring.evidence import mix_evidence
from app.scoring.momentum import LEAST_EVENTS, RECENT_DAYS
from app.scoring.profiles import Profile
from app.scoring.scales import LEVEL_VALUES

# A window that closes within a month asks for action now.
CLOSING_DAYS = 30

Effect = Literal["for", "against", "open"]
Param = str | int | float

TEMPLATES: dict[str, str] = {
    "priority_stated": "{domain} has a shared priority of {value}; for {name} it matters least, at {least}.",
    "priority_equal": "{domain} has a shared priority of {value}, the same for every principal.",
    "priority_own": "{name} gives {domain} a priority of {value}.",
    "priority_unknown": "No stated priority of {names} for {domain} is on record.",
    "gain_shared": "Mutual gain is {value}; {name} gains least, at {least}.",
    "gain_equal": "Mutual gain is {value}, the same for every principal.",
    "gain_own": "For {name} the gain net of cost is {value}.",
    "gain_unknown": "Gain or cost has not been judged for {names}.",
    "obstacle_blocks": "Tractability is {value}; obstacles in force: {count}, the strongest: {title}.",
    "obstacles_resolved": "Tractability is {value}: every obstacle on record is resolved.",
    "no_obstacle": "Tractability is {value}: obstacles were looked for on {reviewed_on}, none found.",
    "obstacles_not_reviewed": "Nobody has looked for obstacles yet.",
    "momentum_cooperative": "Momentum is {value}: cooperation weighs {cooperative}, conflict {conflictual}.",
    "momentum_conflictual": "Momentum is {value}: conflict weighs {conflictual}, cooperation {cooperative}.",
    "no_recent_event": "No act between the principals in the last {days} days is on record.",
    "little_reported": "Events that feeds report between the principals in the last {days} days: {events}; fewer than {least} are too little coverage to tell.",
    "window_closing": "A window closes on {closes_on} (days left: {days_left}): {title}.",
    "window_open": "A window is open until {closes_on} (days left: {days_left}): {title}.",
    "window_open_ended": "A window is open with no known end: {title}.",
    "window_not_yet_open": "The next window opens on {opens_on} (days to go: {days_to_go}): {title}.",
    "windows_shut": "The last window shut on {closes_on} (days ago: {days_ago}): {title}.",
    "no_window": "No window of opportunity is on record.",
    "receptivity_forecast": "Receptivity is {value}, calibrated from the {expected} cooperative events that the past lets expect within {days} days.",
    "no_event_history": "There is too little event history to estimate receptivity.",
    "no_forecast_run": "Receptivity is unknown: nothing was learned from feeds yet.",
    "no_earlier_forecast_run": "Receptivity is unknown: nothing was learned from feeds up to this day alone.",
    "forecast_not_calibrated": "Receptivity is unknown: the feeds told too little to calibrate a forecast.",
    "feeds_not_watched": "Receptivity is unknown: no feed told of the days before.",
    "precedent_held": "Precedent is {value}: earlier attempts that held: {held}, that failed: {failed}.",
    "precedent_failed": "Precedent is {value}: earlier attempts that failed: {failed}, that held: {held}.",
    "no_precedent": "No earlier attempt is on record.",
    "counterpart_opposes": "{name}, a counterpart, holds back: its public position is {stance}.",
    "initiator_opposes": "{name}, an initiator, holds back: its public position is {stance}.",
    "backing_stated": "The weakest backing is that of {name}: its public position is {stance}.",
    "position_unknown": "No public position of {names} is on record.",
    "one_sided_evidence": "All the evidence ({count} claims) comes from one publisher, {publisher}.",
    "evidence_of_one_side": "All the evidence ({count} claims) comes from the side of {name}.",
    "evidence_against": "Claims on record that undermine it: {count}; the strongest: {claim}",
    "stale_review": "The proposal was last reviewed on {reviewed_on} (days ago: {days_ago}).",
    "editorial_judgement": "Assessments that are the editor's own and graded lowest: {count} of {total}.",
}  # fmt: skip


# Why there is no forecast, where it is not that two actors had too little to do with each other.
_NO_FORECAST = {
    "no_run": "no_forecast_run",
    "no_earlier_run": "no_earlier_forecast_run",
    "not_calibrated": "forecast_not_calibrated",
    "not_watched": "feeds_not_watched",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: `criterion` is None for those about the evidence as a whole."""

    code: str
    effect: Effect
    criterion: Criterion | None = None
    params: dict[str, Param] = field(default_factory=dict)
    refs: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The sentence."""
        return TEMPLATES[self.code].format(**self.params)


def explain(
    view: facts.Proposal,
    assessments: tuple[Assessment, ...],
    question: Question,
    profile: Profile,
) -> tuple[Reason, ...]:
    """One reason a criterion, those that move the score most first, then those on the evidence."""
    reasons = [
        EXPLAINERS[a.criterion](view, a, question) for a in order_by_effect(assessments, profile)
    ]
    return (*reasons, *_on_evidence(view, assessments, question))


def order_by_effect(assessments: tuple[Assessment, ...], profile: Profile) -> list[Assessment]:
    """From the one that moves the score most to those that do not."""
    weights = dict(zip(CRITERIA, profile.microweights, strict=True))
    return sorted(
        assessments,
        key=lambda a: -weights[a.criterion] * (abs(a.value - 0.5) if a.known else 0.0),
    )


def _reason(
    code: str, assessment: Assessment, refs: tuple[str, ...] = (), **params: Param
) -> Reason:
    if not assessment.known:
        return Reason(code, "open", assessment.criterion, params, refs)
    value = shown(assessment.value)
    effect: Effect = "for" if value > 0.5 else "against" if value < 0.5 else "open"
    return Reason(code, effect, assessment.criterion, {"value": value, **params}, refs)


def _names(actor_ids: tuple[str, ...], question: Question) -> str:
    names = [question.world.names.get(a, a) for a in actor_ids]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _least(inputs: tuple[Input, ...]) -> Input:
    return min(inputs, key=lambda i: i.value)


def _refs(assessment: Assessment) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ref for i in assessment.inputs for ref in i.refs))


def _per_principal(
    codes: tuple[str, str, str, str], assessment: Assessment, question: Question, **params: Param
) -> Reason:
    """The reason of a criterion with one input a principal: unknown, of one, equal, or uneven."""
    unknown, own, equal, uneven = codes
    refs = _refs(assessment)
    if not assessment.known:
        return _reason(
            unknown, assessment, refs, names=_names(assessment.missing, question), **params
        )
    least = _least(assessment.inputs)
    name = _names((least.actor_id or "",), question)
    if len(assessment.inputs) == 1:
        return _reason(own, assessment, refs, name=name, **params)
    if all(i.value == least.value for i in assessment.inputs):
        return _reason(equal, assessment, refs, **params)
    return _reason(uneven, assessment, refs, name=name, least=shown(least.value), **params)


def _shared_priority(view: facts.Proposal, assessment: Assessment, question: Question) -> Reason:
    codes = ("priority_unknown", "priority_own", "priority_equal", "priority_stated")
    main = view.domain_ids[0]
    domain = question.world.domain_names.get(main, main)
    return _per_principal(codes, assessment, question, domain=domain)


def _mutual_gain(view: facts.Proposal, assessment: Assessment, question: Question) -> Reason:
    del view
    codes = ("gain_unknown", "gain_own", "gain_equal", "gain_shared")
    return _per_principal(codes, assessment, question)


def _tractability(view: facts.Proposal, assessment: Assessment, question: Question) -> Reason:
    del question
    if not assessment.known:
        return _reason("obstacles_not_reviewed", assessment)
    in_force = [i for i in assessment.inputs if i.value > 0]
    if in_force:
        strongest = max(in_force, key=lambda i: i.value)
        refs = tuple(i.ref for i in sorted(in_force, key=lambda i: -i.value))
        count = len(in_force)
        return _reason("obstacle_blocks", assessment, refs, count=count, title=strongest.label)
    if assessment.inputs or view.obstacles_reviewed_on is None:
        return _reason("obstacles_resolved", assessment, _refs(assessment))
    reviewed_on = view.obstacles_reviewed_on.isoformat()
    return _reason("no_obstacle", assessment, reviewed_on=reviewed_on)


def _momentum(view: facts.Proposal, assessment: Assessment, question: Question) -> Reason:
    del view, question
    if not assessment.known:
        events = int(assessment.figures.get("reported_events", 0))
        if events:
            least = LEAST_EVENTS
            return _reason(
                "little_reported", assessment, events=events, days=RECENT_DAYS, least=least
            )
        return _reason("no_recent_event", assessment, days=RECENT_DAYS)
    figures = assessment.figures
    leaning = "cooperative" if figures["cooperative"] >= figures["conflictual"] else "conflictual"
    shares = {name: figures[name] for name in ("cooperative", "conflictual")}
    return _reason(f"momentum_{leaning}", assessment, _refs(assessment), **shares)


def _timeliness(view: facts.Proposal, assessment: Assessment, question: Question) -> Reason:
    if not assessment.known:
        return _reason("no_window", assessment)
    window = main_window(view, question)
    if window is None:  # a known timeliness has at least one window
        raise ValueError("view has no window")
    refs, title, day = (window.ref,), window.title, question.day
    if window.opens_on > day:
        days = (window.opens_on - day).days
        opens_on = window.opens_on.isoformat()
        return _reason(
            "window_not_yet_open", assessment, refs, opens_on=opens_on, days_to_go=days, title=title
        )
    if window.closes_on is None:
        return _reason("window_open_ended", assessment, refs, title=title)
    closes_on, left = window.closes_on.isoformat(), (window.closes_on - day).days
    if left < 0:
        return _reason(
            "windows_shut", assessment, refs, closes_on=closes_on, days_ago=-left, title=title
        )
    code = "window_closing" if left <= CLOSING_DAYS else "window_open"
    return _reason(code, assessment, refs, closes_on=closes_on, days_left=left, title=title)


def main_window(view: facts.Proposal, question: Question) -> facts.Window | None:
    """The window to show: the strongest open one, else the next to open, else the last to shut."""
    if not view.windows:
        return None
    day = question.day
    open_now = [w for w in view.windows if facts.window_state(w, day) == "open"]
    if open_now:
        return min(
            open_now, key=lambda w: (-LEVEL_VALUES[w.strength], w.closes_on or date.max, w.ref)
        )
    ahead = [w for w in view.windows if w.opens_on > day]
    if ahead:
        return min(ahead, key=lambda w: (w.opens_on, w.ref))
    return max(view.windows, key=lambda w: (w.closes_on or day, w.ref))


def _receptivity(view: facts.Proposal, assessment: Assessment, question: Question) -> Reason:
    del view, question
    if not assessment.known:
        return _reason(_NO_FORECAST.get(assessment.why or "", "no_event_history"), assessment)
    return _reason(
        "receptivity_forecast",
        assessment,
        _refs(assessment),
        expected=shown(assessment.figures["expected"]),
        days=int(assessment.figures["horizon_days"]),
    )


def _precedent(view: facts.Proposal, assessment: Assessment, question: Question) -> Reason:
    del view, question
    if not assessment.known:
        return _reason("no_precedent", assessment)
    held, failed = int(assessment.figures["held"]), int(assessment.figures["failed"])
    code = "precedent_held" if held >= failed else "precedent_failed"
    return _reason(code, assessment, _refs(assessment), held=held, failed=failed)


def _backing(view: facts.Proposal, assessment: Assessment, question: Question) -> Reason:
    if not assessment.known:
        names = _names(assessment.missing, question)
        return _reason("position_unknown", assessment, _refs(assessment), names=names)
    least = _least(assessment.inputs)
    stance = next(p.stance for p in view.positions if p.ref == least.ref)
    code = "backing_stated"
    if stance in ("opposes", "reluctant"):
        initiators = {p.actor_id for p in view.participants if p.role == "initiator"}
        code = "initiator_opposes" if least.actor_id in initiators else "counterpart_opposes"
    name = _names((least.actor_id or "",), question)
    return _reason(code, assessment, (least.ref,), name=name, stance=stance)


def _on_evidence(
    view: facts.Proposal, assessments: tuple[Assessment, ...], question: Question
) -> list[Reason]:
    """What to know about the evidence as a whole."""
    mix = mix_evidence(view, assessments)
    reasons = []
    if mix.strongest_against is not None:
        refs = tuple(e.ref for e in mix.against)
        params: dict[str, Param] = {"count": len(refs), "claim": mix.strongest_against.claim}
        reasons.append(Reason("evidence_against", "against", None, params, refs))
    if mix.one_sided is not None:
        refs, params = tuple(e.ref for e in mix.claims), {"count": len(mix.claims)}
        if mix.one_sided == "publisher":
            params["publisher"] = mix.publishers[0][0] or ""
            reasons.append(Reason("one_sided_evidence", "open", None, params, refs))
        else:
            params["name"] = _names((mix.sides[0][0] or "",), question)
            reasons.append(Reason("evidence_of_one_side", "open", None, params, refs))
    assessed: list[facts.Judgement | facts.Factor | facts.Window] = [
        *view.judgements,
        *view.factors,
        *view.windows,
    ]
    own = [r for r in assessed if r.basis == "editorial"]
    if own:
        params = {"count": len(own), "total": len(assessed)}
        refs = tuple(r.ref for r in own)
        reasons.append(Reason("editorial_judgement", "open", None, params, refs))
    reviewed = facts.reviewed_on(view)
    if reviewed is not None and facts.review_light(reviewed, question.day) == "stale":
        params = {"reviewed_on": reviewed.isoformat(), "days_ago": (question.day - reviewed).days}
        reasons.append(Reason("stale_review", "open", None, params))
    return reasons


EXPLAINERS: dict[Criterion, Callable[[facts.Proposal, Assessment, Question], Reason]] = {
    "shared_priority": _shared_priority,
    "mutual_gain": _mutual_gain,
    "tractability": _tractability,
    "momentum": _momentum,
    "timeliness": _timeliness,
    "receptivity": _receptivity,
    "precedent": _precedent,
    "backing": _backing,
}
