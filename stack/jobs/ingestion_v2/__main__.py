import sys

from jobs.base.command import run
from jobs.ingestion_v2 import STEP

sys.exit(run(STEP))
