"""What the user clicks in an answer and the desktop opens."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from chat_studio.ui.notices import Notices

_WEB = ("http", "https", "mailto")


def follow(address: str, notices: Notices) -> None:
    """Opens web and mail addresses, and nothing else: an answer is not to be trusted."""
    url = QUrl(address)
    if url.scheme() in _WEB:
        QDesktopServices.openUrl(url)
    else:
        notices.tell(f"This link is not opened: {address}", hint="Only web and mail addresses are.")
