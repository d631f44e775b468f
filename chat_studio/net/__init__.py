"""HTTP and stream framing: the only package that imports httpx."""
