"""`python -m pytest_agentorch`: what is done beside runs. Runs are those of pytest."""

from __future__ import annotations

import sys

from pytest_agentorch.migration.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
