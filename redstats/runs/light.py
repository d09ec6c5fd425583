"""Start lighter: keep out a second of imports that nothing here uses."""

import sys


def start() -> None:
    """Leave ``rfc3987_syntax`` out of this process.

    jsonschema takes it up where it finds it, to check IRIs that no notebook or suite holds, and importing it builds
    38 parsers (a second of CPU, in the runner and again in every worker).  Without it jsonschema skips that check.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None keeps a module out
