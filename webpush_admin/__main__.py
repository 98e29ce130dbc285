"""`python -m webpush_admin`, and the command that the installation makes.

Runs on: any
"""

import sys

from webpush_admin.cli import main

if __name__ == "__main__":
    sys.exit(main())
