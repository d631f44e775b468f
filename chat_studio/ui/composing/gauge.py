"""How much of the model's window the next request will take, at the composer's foot."""

from __future__ import annotations

from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.style import restyle

_NEAR = 0.85
"""Of the window: the answer needs room as well."""


class TokenGauge(Label):
    """“≈ 1,240 of 128k tokens”; without a window only the estimate. Its colour warns near the end."""

    def __init__(self) -> None:
        super().__init__("", "faint")
        self.setObjectName("tokenGauge")
        self.hide()

    def show_tokens(self, tokens: int, window: int | None) -> None:
        """`window` is None where nobody knows it. Nothing is shown for nothing."""
        self.setVisible(tokens > 0)
        self.setText(gauge_text(tokens, window))
        self.setToolTip(_advice(tokens, window))
        self.setAccessibleName(f"The next request: {self.text()}. {self.toolTip()}")
        share = tokens / window if window else 0.0
        role = "reason" if share > 1 else "warning" if share > _NEAR else "faint"
        if self.property("role") != role:
            self.setProperty("role", role)
            restyle(self)


def gauge_text(tokens: int, window: int | None) -> str:
    of = f" of {_short(window)}" if window else ""
    return f"≈ {tokens:,}{of} tokens"


def _advice(tokens: int, window: int | None) -> str:
    if window is None:
        return "An estimate of the whole request. The server does not tell how much the model can read."
    if tokens > window:
        return "More than the model can read: shorten the question, start a new conversation, or use another model."
    if tokens > window * _NEAR:
        return "Little room is left for the answer: start a new conversation, or use a model with a larger window."
    return "An estimate of the whole request, against what the model can read at once."


def _short(tokens: int) -> str:
    """“8k” for 8192, “128k”, “1M”: as the makers of models write it."""
    if tokens >= 1_000_000:
        return f"{tokens // 100_000 / 10:g}M"
    return f"{tokens // 1000}k" if tokens >= 1000 else f"{tokens}"
