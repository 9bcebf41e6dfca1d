"""`cd stack && pytest tests`, with the packages of jobs/*/requirements.txt (Python 3.11) or, for the server's tests, of
server/requirements.txt (Python 3.12); what can't be imported is skipped, and says so.
"""

import sys
from pathlib import Path

STACK = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(STACK), str(STACK / "server")]
