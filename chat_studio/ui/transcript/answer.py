"""An answer: who speaks, what came, what went wrong, its figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from chat_studio.events import (
    Event,
    Notice,
    Progress,
    ReasoningDelta,
    ReasoningReclassified,
    RefusalDelta,
    TextDelta,
    ToolCallDelta,
    ToolCallReady,
)
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Message, NoticePart, Part, Role, ToolResultPart
from chat_studio.ui.transcript.answer_body import AnswerBody
from chat_studio.ui.transcript.answer_remarks import AnswerRemarks
from chat_studio.ui.transcript.deeds import Deed
from chat_studio.ui.transcript.figures import answer_figures
from chat_studio.ui.transcript.footer import AnswerFooter
from chat_studio.ui.transcript.heading import AnswerHeading
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.transcript.message import MessageWidget
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.surface import FlowSurface

GAP = 8
PART_GAP = 12


class AnswerWidget(MessageWidget):
    """Takes the events of a running answer, and shows a stored one. What few answers need is made when it is needed."""

    BAR = (Deed.COPY, Deed.REGENERATE, Deed.EDIT, Deed.BRANCH)
    VERB = "Save"

    def __init__(self, record: MessageRecord, host: MessageHost, style: TextStyle, width: int, parent: QWidget) -> None:
        super().__init__(record, host, parent)
        self._style = style
        self.resize(width, 1)
        self._heading = AnswerHeading(style, self)
        self._body = AnswerBody(style, width, self, opens_reasoning=host.opens_reasoning)
        self._adopt(self._body.surface)
        self._body.made.connect(self._adopt)
        self._remarks = AnswerRemarks(style, host, self)
        self._remarks.wanted.connect(self.act)
        self._remarks.retry_requested.connect(lambda: self.retry_requested.emit(self.record.id))
        self._footer = AnswerFooter(style, self)
        self._body.show_parts(record.message.parts)
        for notice in record.message.parts:
            if isinstance(notice, NoticePart):
                self._remarks.add_note(notice.text)
        self._body.grew.connect(self._fit)
        self._remarks.grew.connect(self._fit)
        if record.state is MessageState.STREAMING:
            self._body.go_live()
        self.change(record)

    @property
    def surface(self) -> FlowSurface:
        return self._body.surface

    @property
    def texts(self) -> list[FlowSurface]:
        return self._body.texts

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
            for part in record.message.parts:
                if isinstance(part, ToolResultPart):
                    self._body.take_result(part)
            self._body.finish(record.message.parts)
            self._remarks.show_end(record, is_empty=self._body.is_empty)
            self.show_actions(self.underMouse())
        elif not self._body.has_sections:
            self._remarks.wait()
        self._heading.show_record(record)
        self._footer.setVisible(not streaming)
        self.setAccessibleName(f"{self._heading.speaker}: {record.message.text[:2000]}")
        self._look()
        self._fit()

    def snapshot(self) -> MessageRecord:
        """The record with all that has come so far, for a widget that takes this one's place."""
        if self.record.state is not MessageState.STREAMING:
            return self.record
        parts: list[Part] = [NoticePart(text=line) for line in self._remarks.notes]
        parts += self._body.parts()
        return replace(self.record, message=Message(role=self.record.message.role, parts=tuple(parts)))

    def set_width(self, width: int) -> None:
        self.resize(width, self.height())
        self._body.set_width(width)
        self._fit()

    def copy_message(self) -> None:
        message = self.record.message
        results = [part.content for part in message.parts if isinstance(part, ToolResultPart)]
        QGuiApplication.clipboard().setText("\n\n".join(results) if message.role is Role.TOOL else self._body.text)

    # -- parts -------------------------------------------------------------------------------------------

    def _apply_other(self, event: Event) -> None:
        if isinstance(event, Notice) and not event.passing:
            self._remarks.add_note(event.text)
        elif isinstance(event, Notice):
            self._remarks.show_status(event.text)
        elif isinstance(event, Progress):
            self._remarks.show_status(f"{event.label} {event.fraction:.0%}")
        elif isinstance(event, ReasoningReclassified):
            self._body.reclassify()
        elif isinstance(event, ReasoningDelta | ToolCallDelta | ToolCallReady):
            self._remarks.show_status("")
            self._body.add(event)

    def _append_text(self, text: str) -> None:
        if text:
            self._remarks.show_status("")
            self._body.append_text(text)

    def _chrome(self) -> QWidget:
        return self._footer

    def _arrange_chrome(self) -> None:
        self._footer.arrange()

    def _look(self) -> None:
        super()._look()
        self._body.show(self._editor is None)
        self._remarks.show(self._editor is None)
        self._footer.show_figures(answer_figures(self.record, self._host.cost(self.record)))

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
        y = self._heading.height()
        yield self._heading, 0, y
        for number, (part, height) in enumerate(self._parts()):
            y += PART_GAP if number else GAP
            yield part, y, height
            y += height
        if not self._footer.isHidden():
            yield self._footer, y + GAP, self._footer.wanted_height

    def _parts(self) -> Iterator[tuple[QWidget, int]]:
        """What stands between heading and footer, with the heights that it wants."""
        if self._editor is not None:
            yield self._editor, self._editor.wanted_height
            return
        yield from self._body.sections
        yield from self._remarks.places(self.width())
