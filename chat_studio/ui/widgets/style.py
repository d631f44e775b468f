"""What style sheets need to be told."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def restyle(widget: QWidget) -> None:
    """Applies the style sheet again after a property it looks at has changed; Qt does so only when it polishes."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
