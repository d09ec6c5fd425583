"""``python -m redstats``: the commands, where the script ``redstats`` is not on the path."""

from redstats.cli import main

if __name__ == "__main__":
    main()
