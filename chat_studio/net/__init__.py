"""HTTP and stream framing: the only package that imports httpx."""

import sys

# httpx imports its own command line, where click, pygments and rich are installed: 8 MB and 60 ms for nothing.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
