import sys

from jobs.base.command import run
from jobs.download import STEP

sys.exit(run(STEP))
