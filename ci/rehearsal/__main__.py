"""`python -m rehearsal`: start the stand-in."""

import sys

from .server import main

sys.exit(main())
