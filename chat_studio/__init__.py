"""Chat Studio: a native desktop studio for chatting with language models at any endpoint."""

__version__ = "0.1.0"
