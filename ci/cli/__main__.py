"""`python -m ci.cli` is the command `slipway`."""

import sys

from ci.cli.run import main

sys.exit(main())
