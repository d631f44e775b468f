"""An answer: who speaks, its reasoning, its text as it comes, what went wrong, its figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QWidget

from chat_studio.events import (
    Event,
    Notice,
    Progress,
    ReasoningDelta,
    ReasoningReclassified,
    RefusalDelta,
    TextDelta,
    ToolCallReady,
)
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Message, NoticePart, Part, ReasoningPart, TextPart, ToolCallPart
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.transcript.failure import FailurePanel
from chat_studio.ui.transcript.figures import answer_figures
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.footer import HEIGHT as FOOTER
from chat_studio.ui.transcript.footer import AnswerFooter
from chat_studio.ui.transcript.heading import AnswerHeading
from chat_studio.ui.transcript.message import MessageWidget
from chat_studio.ui.transcript.reasoning import ReasoningFold
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.widgets.labels import Label

GAP = 8
WAITING = "Waiting for the first token…"


class AnswerWidget(MessageWidget):
    """Takes the events of a running answer, and shows a stored one."""

    def __init__(
        self, record: MessageRecord, appearance: Appearance, style: TextStyle, width: int, parent: QWidget
    ) -> None:
        super().__init__(record, parent)
        self._appearance = appearance
        self._style = style
        self._reasoning: ReasoningFold | None = None
        self._failure: FailurePanel | None = None
        self._text: list[str] = []
        self._heading = AnswerHeading(style, self)
        self._status = Label(WAITING, "muted", self, wrap=True)
        self._status.setObjectName("answerStatus")
        self._notes = Label("", "faint", self, wrap=True)
        self._notes.setObjectName("answerNotes")
        self._notes.hide()
        self._surface = self._adopt(FlowSurface(MarkdownFlow(style, width), self))
        self._surface.grew.connect(self._fit)
        self._footer = AnswerFooter(appearance, self)
        self._footer.copy_requested.connect(self.copy_message)
        self._footer.retry_requested.connect(lambda: self.retry_requested.emit(self.record.id))
        self.resize(width, 1)
        self.apply(events_of(record.message.parts))
        self.change(record)

    @property
    def surface(self) -> FlowSurface:
        return self._surface

    def apply(self, events: Sequence[Event]) -> None:
        """Shows what came in one frame; neighbouring pieces of the same kind are laid out together."""
        text: list[str] = []
        for event in events:
            if isinstance(event, TextDelta | RefusalDelta):
                text.append(event.text)
                continue
            self._append_text("".join(text))
            text.clear()
            self._apply_other(event)
        self._append_text("".join(text))

    def change(self, record: MessageRecord) -> None:
        """Takes the message's new state; its text has come by `apply` already."""
        self.record = record
        streaming = record.state is MessageState.STREAMING
        if not streaming:
            self._finish_reasoning(record)
            self._surface.finish()
        self._heading.show_record(record)
        self._show_failure(record)
        self._status.setVisible(streaming and not self._text and self._reasoning is None)
        self._footer.setVisible(not streaming)
        self._footer.show_figures(answer_figures(record))
        self.setAccessibleName(f"{record.model or 'Answer'}: {record.message.text[:2000]}")
        self._fit()

    def snapshot(self) -> MessageRecord:
        """The record with all that has come so far, for a widget that takes this one's place."""
        if self.record.state is not MessageState.STREAMING:
            return self.record
        parts: list[Part] = [NoticePart(text=line) for line in self._notes.text().splitlines()]
        parts += [ReasoningPart(text=self._reasoning.text)] if self._reasoning else []
        parts.append(TextPart(text="".join(self._text)))
        return replace(self.record, message=Message(role=self.record.message.role, parts=tuple(parts)))

    def set_width(self, width: int) -> None:
        self.resize(width, self.height())
        self._surface.set_width(width)
        if self._reasoning:
            self._reasoning.set_width(width)
        self._fit()

    # -- parts -------------------------------------------------------------------------------------------

    def _apply_other(self, event: Event) -> None:
        if isinstance(event, ReasoningDelta):
            self._append_reasoning(event.text)
        elif isinstance(event, ReasoningReclassified):
            self._reclassify()
        elif isinstance(event, ToolCallReady):
            self._append_text(_tool_call_text(event.call))
        elif isinstance(event, Notice):
            self._show_notice(event)
        elif isinstance(event, Progress):
            self._show_status(f"{event.label} {event.fraction:.0%}")

    def _show_status(self, text: str) -> None:
        self._status.setText(text)
        self._fit()

    def _show_notice(self, notice: Notice) -> None:
        """What only matters until the answer comes stands in its place, the rest below it, for good."""
        if notice.passing:
            self._show_status(notice.text)
            return
        before = self._notes.text()
        self._notes.setText(f"{before}\n{notice.text}" if before else notice.text)
        self._notes.show()
        self._fit()

    def _append_text(self, text: str) -> None:
        if not text:
            return
        if not self._text:
            self._status.hide()
            self._finish_reasoning(None)
        self._text.append(text)
        self._surface.append(text)

    def _append_reasoning(self, text: str) -> None:
        if self._reasoning is None:
            self._status.hide()
            self._reasoning = ReasoningFold(self._style, self.width(), self)
            self._reasoning.grew.connect(self._fit)
            self._reasoning.unfolded.connect(self._adopt)
            self._reasoning.show()
            self._fit()
        self._reasoning.append(text)

    def _reclassify(self) -> None:
        """All text so far was reasoning."""
        reasoning = "".join(self._text)
        self._text.clear()
        self._surface.deleteLater()
        self._surface = self._adopt(FlowSurface(MarkdownFlow(self._style, self.width()), self))
        self._surface.grew.connect(self._fit)
        self._surface.show()
        self._append_reasoning(reasoning)
        self._fit()

    def _finish_reasoning(self, record: MessageRecord | None) -> None:
        if self._reasoning is not None:
            parts = record.message.parts if record else ()
            seconds = next((part.seconds for part in parts if isinstance(part, ReasoningPart)), None)
            self._reasoning.finish(seconds)

    def _show_failure(self, record: MessageRecord) -> None:
        if record.error is None or self._failure is not None:
            return
        self._failure = FailurePanel(record.error, self._style, self)
        self._failure.retry_requested.connect(lambda: self.retry_requested.emit(self.record.id))
        self._failure.grew.connect(self._fit)
        self._failure.show()

    # -- placing -----------------------------------------------------------------------------------------

    def _fit(self) -> None:
        """Puts the parts below each other, when there is room for them."""
        places = list(self._places())
        part, y, height = places[-1]
        if y + height != self.height():
            self.grew.emit(y + height)
        self.resize(self.width(), y + height)
        for part, y, height in places:
            part.setGeometry(0, y, self.width(), height)

    def _places(self) -> Iterator[tuple[QWidget, int, int]]:
        """Each part with its y and its height."""
        y = self._heading.height() + GAP
        yield self._heading, 0, self._heading.height()
        if self._reasoning is not None:
            yield self._reasoning, y, self._reasoning.wanted_height
            y += self._reasoning.wanted_height + GAP
        if not self._status.isHidden():
            height = self._status.heightForWidth(self.width())
            yield self._status, y, height
            y += height + GAP
        elif self._text:
            yield self._surface, y, self._surface.wanted_height
            y += self._surface.wanted_height + GAP
        if not self._notes.isHidden():
            height = self._notes.heightForWidth(self.width())
            yield self._notes, y, height
            y += height + GAP
        if self._failure is not None:
            height = self._failure.height_for(self.width())
            yield self._failure, y, height
            y += height + GAP
        if not self._footer.isHidden():
            yield self._footer, y - GAP // 2, FOOTER

    def enterEvent(self, event: QEnterEvent) -> None:
        self._footer.show_actions(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._footer.show_actions(False)
        super().leaveEvent(event)


def events_of(parts: Sequence[Part]) -> list[Event]:
    """Stored parts as the events that made them."""
    events: list[Event] = []
    for part in parts:
        if isinstance(part, ReasoningPart) and part.text:
            events.append(ReasoningDelta(part.text))
        elif isinstance(part, TextPart):
            events.append(TextDelta(part.text))
        elif isinstance(part, ToolCallPart):
            events.append(ToolCallReady(part))
        elif isinstance(part, NoticePart):
            events.append(Notice(part.text))
    return events


def _tool_call_text(call: ToolCallPart) -> str:
    """A tool call as Markdown. Tools are not run yet; what the model asked for is shown whole."""
    return f"\n\nThe model asks for the tool `{call.name}`:\n\n```json\n{call.arguments}\n```\n"
