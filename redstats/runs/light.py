"""Start lighter: two seconds of imports that nothing here uses are kept out, or wait until something does."""

import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

# Great Expectations imports them for renderers and expectations that no suite here has.
_WHEN_USED = ("altair", "scipy.stats")


class _WhenUsed(MetaPathFinder):
    """Finds the modules of _WHEN_USED, to be executed when something of them is asked for."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in _WHEN_USED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec and spec.loader:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


def start() -> None:
    """Leave ``rfc3987_syntax`` out of this process, and let the modules of _WHEN_USED wait.

    jsonschema takes the first up where it finds it, to check IRIs that no notebook or suite holds, and importing it builds
    38 parsers (a second of CPU, in the runner and again in every worker).  Without it jsonschema skips that check.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None keeps a module out
    if not any(isinstance(finder, _WhenUsed) for finder in sys.meta_path):
        sys.meta_path.insert(0, _WhenUsed())
