"""`python -m rehearsal`: run the stand-in API."""

import sys

from .server import main

sys.exit(main())
