"""What an answer is made of, in the order in which it came: reasoning, text, tool calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from chat_studio.events import ReasoningDelta, ToolCallDelta, ToolCallReady
from chat_studio.messages import Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.reasoning import ReasoningFold
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.transcript.tool_card import CallState, ToolCard

MOST_SECTIONS = 200
"""Beyond them, reasoning goes to the last fold there is: a server that mixes it with text word by word must not make a
thousand widgets."""

Section = FlowSurface | ReasoningFold | ToolCard


class AnswerBody(QObject):
    """Makes the widgets of an answer's parts, as children of the answer, and hands text on to the last of them.

    Signals:
        grew(): a section wants another height, or there is one more.
        made(FlowSurface): text can be selected in there.
    """

    grew = Signal()
    made = Signal(object)

    def __init__(self, style: TextStyle, width: int, parent: QWidget, *, opens_reasoning: bool) -> None:
        super().__init__(parent)
        self._parent = parent
        self._style = style
        self._width = width
        self._opens_reasoning = opens_reasoning
        self._sections: list[Section] = []
        self._texts: dict[FlowSurface, list[str]] = {}
        self._written: dict[int, ToolCard] = {}  # calls that are being written, by their index
        self._live = False
        self.surface = self._make_surface()

    @property
    def texts(self) -> list[FlowSurface]:
        """Where the text stands, in its order: tool calls and reasoning may be between."""
        return list(self._texts)

    @property
    def text(self) -> str:
        return "".join("".join(pieces) for pieces in self._texts.values())

    @property
    def has_text(self) -> bool:
        return any(self._texts.values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come that is an answer: reasoning alone is none."""
        return not self.has_text and not any(isinstance(section, ToolCard) for section in self._sections)

    @property
    def has_sections(self) -> bool:
        return bool(self._sections)

    @property
    def sections(self) -> Iterator[tuple[QWidget, int]]:
        """The widgets in their order, with the heights that they want."""
        return ((section, section.wanted_height) for section in self._sections)

    # -- what comes --------------------------------------------------------------------------------------

    def show_parts(self, parts: Iterable[Part]) -> None:
        """Parts that are there already."""
        for part in parts:
            if isinstance(part, TextPart):
                self.append_text(part.text)
            elif isinstance(part, ReasoningPart) and part.text:
                self.append_reasoning(part.text)
                self._finish_reasoning(part.seconds)
            elif isinstance(part, ToolCallPart):
                self.take_call(part)
            elif isinstance(part, ToolResultPart):
                self.take_result(part)

    def go_live(self) -> None:
        """What comes from now on comes from a server: times are taken."""
        self._live = True

    def add(self, event: ReasoningDelta | ToolCallDelta | ToolCallReady) -> None:
        """What comes beside text."""
        if isinstance(event, ReasoningDelta):
            self.append_reasoning(event.text)
        elif isinstance(event, ToolCallDelta):
            self.write_call(event)
        else:
            self.take_call(event.call)

    def append_text(self, text: str) -> None:
        if not text:
            return
        last = self._sections[-1] if self._sections else None
        if not isinstance(last, FlowSurface):
            self._finish_reasoning()
            last = self._begin_text()
        self._texts[last].append(text)
        last.append(text)

    def append_reasoning(self, text: str) -> None:
        fold = self._sections[-1] if self._sections else None
        if not isinstance(fold, ReasoningFold) and len(self._sections) >= MOST_SECTIONS:
            fold = next((one for one in reversed(self._sections) if isinstance(one, ReasoningFold)), None)
        if not isinstance(fold, ReasoningFold):
            fold = self._begin_reasoning()
        fold.append(text)

    def reclassify(self) -> None:
        """All text so far was reasoning."""
        text = self.text
        for surface in self._texts:
            if surface in self._sections:
                self._sections.remove(surface)
            surface.hide()
            surface.setParent(None)
            surface.deleteLater()
        self._texts.clear()
        self.surface = self._make_surface()
        self.append_reasoning(text)
        self.grew.emit()

    def write_call(self, piece: ToolCallDelta) -> None:
        """A piece of a tool call."""
        card = self._written.get(piece.index)
        if card is None:
            card = self._written[piece.index] = self._begin_card()
        card.write(piece.name, piece.arguments)

    def take_call(self, call: ToolCallPart) -> None:
        """A whole tool call; calls are completed in the order in which they were begun."""
        first = next(iter(self._written), None)
        card = self._written.pop(first) if first is not None else self._begin_card()
        card.take_call(call)

    def take_result(self, result: ToolResultPart) -> None:
        """What came of a call; of one that is not shown here, too."""
        cards = [section for section in self._sections if isinstance(section, ToolCard)]
        asked = next((card for card in cards if card.call is not None and card.call.id == result.call_id), None)
        (asked or self._begin_card()).take_result(result)

    def finish(self, parts: Iterable[Part] = ()) -> None:
        """Nothing more comes. `parts` are the final ones: they tell how long the reasoning took."""
        thoughts = (part.seconds for part in parts if isinstance(part, ReasoningPart) and part.text)
        for section in self._sections:
            if isinstance(section, ReasoningFold):
                section.finish(next(thoughts, None))
            elif isinstance(section, FlowSurface):
                section.finish()
        for card in self._written.values():
            card.show_state(CallState.CUT)
        self._written.clear()
        self._live = False

    def parts(self) -> Iterator[Part]:
        """What has come so far."""
        for section in self._sections:
            if isinstance(section, ReasoningFold):
                yield ReasoningPart(text=section.text)
            elif isinstance(section, FlowSurface):
                yield TextPart(text="".join(self._texts[section]))
            else:
                yield from filter(None, (section.call, section.result))

    def set_width(self, width: int) -> None:
        self._width = width
        for section in {self.surface: None, **dict.fromkeys(self._sections)}:
            section.set_width(width)

    def show(self, shown: bool) -> None:
        """Hides everything while the answer is edited."""
        for section in self._sections:
            section.setVisible(shown)

    # -- sections ----------------------------------------------------------------------------------------

    def _begin_text(self) -> FlowSurface:
        surface = self.surface if self.surface not in self._sections else self._make_surface()
        self._add(surface)
        return surface

    def _begin_reasoning(self) -> ReasoningFold:
        fold = ReasoningFold(self._style, self._width, self._parent, is_live=self._live)
        fold.unfolded.connect(self.made)
        fold.grew.connect(self.grew)
        self._add(fold)
        if self._live and self._opens_reasoning:
            fold.open_while_it_comes()
        return fold

    def _begin_card(self) -> ToolCard:
        self._finish_reasoning()
        card = ToolCard(self._style, self._width, self._parent)
        card.unfolded.connect(self.made)
        card.grew.connect(self.grew)
        self._add(card)
        return card

    def _add(self, section: Section) -> None:
        last = self._sections[-1] if self._sections else None
        if isinstance(last, FlowSurface):
            last.finish()
        self._sections.append(section)
        section.show()
        self.grew.emit()

    def _finish_reasoning(self, seconds: float | None = None) -> None:
        last = self._sections[-1] if self._sections else None
        if isinstance(last, ReasoningFold):
            last.finish(seconds)

    def _make_surface(self) -> FlowSurface:
        surface = FlowSurface(MarkdownFlow(self._style, self._width), self._parent)
        surface.grew.connect(self.grew)
        surface.hide()
        self._texts[surface] = []
        self.made.emit(surface)
        return surface
