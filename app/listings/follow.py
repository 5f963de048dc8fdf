"""Following the catalogue in the background, so that requests find the index ready."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import DBAPIError

from app.errors import EntenteError
from app.listings.service import ListService

log = logging.getLogger("uvicorn.error")
# How often the database is looked at, in seconds, and how often when that failed.
LOOK_EVERY_S = 0.5
RETRY_AFTER_S = 1.0
# How long before midnight (UTC) the index of the next day is made.
AHEAD = timedelta(minutes=20)
# A large index may take this long to be made, in seconds.
PATIENCE_S = 3600.0


async def follow_catalogue(lists: ListService) -> None:
    """Keeps the current index up to the database, and that of the next day ready for midnight.

    It ends when it is cancelled.
    """
    while True:
        wait_s = LOOK_EVERY_S
        try:
            if lists.find_current() is None:
                await asyncio.to_thread(lists.refresh, PATIENCE_S)
            elif is_late(datetime.now(UTC)):
                tomorrow = lists.get_today() + timedelta(days=1)
                await asyncio.to_thread(lists.find_at, tomorrow, PATIENCE_S)
        except (DBAPIError, EntenteError) as error:
            log.warning("the ranking index was not brought up to date: %s", type(error).__name__)
            wait_s = RETRY_AFTER_S
        except Exception:  # whatever it is, the index must go on being followed
            log.exception("the ranking index was not brought up to date")
            wait_s = RETRY_AFTER_S
        await asyncio.sleep(wait_s)


def is_late(now: datetime) -> bool:
    """Whether the next day is near."""
    return (now + AHEAD).date() > now.date()
