import sys

from jobs.base.command import run
from jobs.cleanup import STEP

sys.exit(run(STEP))
