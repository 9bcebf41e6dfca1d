import sys

from jobs.base.command import run
from jobs.parser import STEP

sys.exit(run(STEP))
