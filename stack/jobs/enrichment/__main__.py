import sys

from jobs.base.command import run
from jobs.enrichment import STEP

sys.exit(run(STEP))
