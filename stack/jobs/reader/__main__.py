import sys

from jobs.base.command import run
from jobs.reader import STEP

sys.exit(run(STEP))
