"""One of our processes under a fault run: the ordinary command, with at most one defect put into it.

python -m tests.chaos.process MUTANT COMMAND [ARGUMENTS]
"""

import sys

from starter.cli import main
from tests.chaos.mutants import MUTANTS

if __name__ == "__main__":
    mutant = sys.argv[1]
    if mutant != "none":
        MUTANTS[mutant].apply()
    sys.argv = ["perkflow", *sys.argv[2:]]
    main()
