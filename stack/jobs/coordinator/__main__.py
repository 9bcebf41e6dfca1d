import sys

from jobs.base.command import run
from jobs.coordinator import STEP

sys.exit(run(STEP))
