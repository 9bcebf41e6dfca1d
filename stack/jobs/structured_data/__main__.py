import sys

from jobs.base.command import run
from jobs.structured_data import STEP

sys.exit(run(STEP))
