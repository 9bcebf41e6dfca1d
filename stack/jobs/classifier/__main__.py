import sys

from jobs.base.command import run
from jobs.classifier import STEP

sys.exit(run(STEP))
