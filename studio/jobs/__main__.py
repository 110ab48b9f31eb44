"""`python -m studio.jobs JOB_ID --db FILE`: do one job in a process of its own."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from studio import settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the job; exit code 0 done, 1 failed or cancelled. The row says which."""
    parser = argparse.ArgumentParser(prog="python -m studio.jobs", description=__doc__)
    parser.add_argument("job_id", type=int)
    parser.add_argument("--db", type=Path, required=True)
    asked = parser.parse_args(arguments)
    settings.quiet_libraries()
    signal.signal(signal.SIGTERM, _interrupt)

    from db.session import connect
    from studio.jobs.lifecycle import JobCancelled, drive

    database = connect(asked.db)
    try:
        for _ in drive(settings.load(db=asked.db), database, asked.job_id):
            pass
    except (JobCancelled, KeyboardInterrupt):
        return 1
    finally:
        database.close()
    return 0


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
