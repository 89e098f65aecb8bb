"""One of our processes under a fault run: the ordinary command, with at most one defect put into it.

python -m tests.chaos.stack.process MUTANT COMMAND [ARGUMENTS]
"""

import sys
from datetime import timedelta

from domain.fulfilment import waits
from domain.webhooks import schedule
from starter.cli import main
from tests.chaos.defects.mutants import MUTANTS

HOLD_RETRY = timedelta(seconds=2)
"""A hold lives for eight seconds in a fault run, and is tried again within them."""
TRIED_AGAIN = timedelta(seconds=1)
"""What lies between two tries to send a webhook."""

if __name__ == "__main__":
    mutant, waits.HOLD_RETRY = sys.argv[1], HOLD_RETRY
    schedule.WAITS = (TRIED_AGAIN,) * len(schedule.WAITS)
    if mutant != "none":
        MUTANTS[mutant].apply()
    sys.argv = ["perkflow", *sys.argv[2:]]
    main()
