"""``python -m rpa.cli`` is ``ywtb``."""

import sys

from rpa.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
