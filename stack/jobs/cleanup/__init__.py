"""Outside of the pipeline: removes files of the store that were not used for a while."""

import logging
import os
import time
from typing import Any

import humanize

from jobs.base import Message, Step, Store

log = logging.getLogger("worker")

DAY_SECONDS = 24 * 60 * 60


def clean_up(message: Message, store: Store) -> dict[str, Any]:
    days = float(message.data["older_than_days"])
    if days < 1:
        raise ValueError(f"older_than_days is {days:g}: files younger than a day may be in use")
    oldest = time.time() - days * DAY_SECONDS
    removed = freed = 0
    for path in store.files():
        try:
            status = path.stat()
        except FileNotFoundError:  # another cleanup was faster
            continue
        if status.st_mtime < oldest:
            path.unlink(missing_ok=True)
            removed, freed = removed + 1, freed + status.st_size
    log.info("cleanup: removed %s files, %s", humanize.intcomma(removed), humanize.naturalsize(freed))
    return {"removed": removed, "freed_bytes": freed}


def sample(store: Store) -> dict[str, Any]:
    old = store.path(store.put(b"old"))
    os.utime(old, (0, 0))
    store.put(b"new")
    return {"older_than_days": 30}


STEP = Step(
    name="cleanup",
    work=clean_up,
    then=None,
    sample=sample,
    expected={"removed": 1, "freed_bytes": 3},
    tracked=False,
)
