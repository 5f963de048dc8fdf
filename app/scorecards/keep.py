"""Keeping each day's default ranking as it is served: once a day, never changed afterwards."""

import asyncio
import json
import logging
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.db import read_session, write_session
from app.errors import EntenteError
from app.listings.follow import PATIENCE_S
from app.listings.index import RankingIndex
from app.listings.service import ListService
from app.recommendations.board import make_board
from app.recommendations.candidates import Filters, select_candidates
from app.recommendations.dossier import get_dossier
from app.recommendations.present import MODEL
from app.recommendations.recommend import View, resolve_view
from app.revisions.snapshot import Snapshot
from app.scorecards.models import ServedRanking
from app.scoring.aggregate import to_points
from app.scoring.profiles import BALANCED

log = logging.getLogger("uvicorn.error")
# How long to wait after a failure, in seconds.
RETRY_AFTER_S = 600


async def keep_daily(engine: Engine, lists: ListService) -> None:
    """Keeps today's ranking now and at the beginning of each day (UTC), until it is cancelled."""
    while True:
        now = datetime.now(UTC)
        wait_s = _seconds_to_midnight(now)
        try:
            await asyncio.to_thread(keep_ranking, engine, lists, now)
        except (DBAPIError, EntenteError) as error:
            log.warning("today's ranking was not kept: %s", type(error).__name__)
            wait_s = RETRY_AFTER_S
        await asyncio.sleep(wait_s)


def _seconds_to_midnight(now: datetime) -> float:
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
    return (midnight - now).total_seconds() + 1


def keep_ranking(engine: Engine, lists: ListService, now: datetime) -> bool:
    """Keeps the default ranking of that day, unless it is kept or there is nothing to rank.

    The first replica to do so wins; the others find it done.
    """
    day = now.date()
    with read_session(engine) as session:
        if session.get(ServedRanking, day) is not None:
            return False
    index = lists.find_at(day, PATIENCE_S)
    items = list_ranked(index)
    if not items:
        return False
    with write_session(engine) as session:
        if session.get(ServedRanking, day) is not None:
            return False
        session.add(
            ServedRanking(
                day=day,
                served_at=now,
                revision=index.view.revision,
                model=MODEL,
                items=json.dumps(items, separators=(",", ":")),
            )
        )
    return True


def list_ranked(index: RankingIndex) -> list[tuple[str, float]]:
    """Every proposal of an index with its score, best first, by the default ranking."""
    rows, units = index.order("-score", BALANCED).rows, index.units(BALANCED)
    return [(index.table.ids[row], to_points(int(units[row]))) for row in rows.tolist()]


def rank_by_default(snapshot: Snapshot, day: date) -> list[tuple[str, float]]:
    """Every proposal on record that day with its score, best first, by the default ranking."""
    index = get_dossier(snapshot)
    profile, question = resolve_view(index, View(day))
    board = make_board(select_candidates(index, Filters(), question), question, profile)
    return [(s.candidate.view.proposal_id, to_points(s.units)) for s in board.ranked()]
