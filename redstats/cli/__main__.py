"""``python -m redstats.cli``."""

from redstats.cli import main

main()
