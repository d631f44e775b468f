"""What the two selectors tell of a connection and of a model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListView, QStyleOptionComboBox, QWidget
from pytestqt.qtbot import QtBot
from ui.shell.desk import FAST, SLOW, Desk

from chat_studio.providers.values import ModelInfo, Price
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.model_facts import in_full, in_short
from chat_studio.ui.model_selector import ModelSelector
from chat_studio.ui.widgets.combo import ComboBox
from chat_studio.ui.widgets.detail_delegate import DETAIL

UNSAFE = {**SLOW, "verify_cert": False}
LOADED = ModelInfo(
    "qwen2.5:7b",
    context_length=131_072,
    max_output_tokens=8192,
    size=4_683_087_332,
    quantization="Q4_K_M",
    loaded=True,
    capabilities=frozenset({"completion", "tools", "vision"}),
)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (LOADED, "loaded · 131k context · 4.7 GB · vision, tools"),
        (ModelInfo("a"), ""),
        (ModelInfo("a", loaded=False, context_length=1_048_576), "1M context"),
        (ModelInfo("a", context_length=2_000_000, price=Price(1.25, 10.0)), "2M context · $1.25 / $10"),
        (ModelInfo("a", context_length=512, price=Price(0.0, 0.0)), "512 context · free"),
        (ModelInfo("a", price=Price(0.15, None)), "$0.15 / –"),
        (ModelInfo("a", price=Price(0.0, 0.6)), "$0 / $0.60"),
        (ModelInfo("a", price=Price(0.0015, 1200.0)), "$0.0015 / $1,200"),
        (ModelInfo("a", price=Price()), ""),
        (ModelInfo("a", size=270_000_000, context_length=32_768), "32k context · 0.3 GB"),
    ],
)
def test_a_models_facts_in_short(model: ModelInfo, expected: str) -> None:
    assert in_short(model) == expected


def test_a_models_facts_in_full() -> None:
    assert in_full(LOADED).splitlines() == [
        "131,072 tokens of context",
        "at most 8,192 tokens in an answer",
        "4.7 GB",
        "Q4_K_M",
        "loaded",
        "completion, tools, vision",
    ]
    priced = ModelInfo("a", "Name of A", price=Price(0.15, 0.6, 0.075))
    assert in_full(priced).splitlines() == ["Name of A", "$0.15 in, $0.60 out, $0.075 cached, for a million tokens"]


@pytest.fixture
def selector(qtbot: QtBot, appearance: Appearance) -> Iterator[ModelSelector]:
    made = ModelSelector(appearance)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.hidePopup()


def many() -> list[ModelInfo]:
    return [
        ModelInfo(f"vendor/model-{n:03}", context_length=1000 * n, price=Price(n / 100, n / 50)) for n in range(1, 401)
    ]


def test_each_model_shows_what_the_server_told_of_it(selector: ModelSelector) -> None:
    selector.show_models([LOADED, ModelInfo("plain")])
    told, plain = (selector.model().index(row, 0) for row in (0, 1))
    assert told.data() == "qwen2.5:7b"
    assert told.data(DETAIL) == "loaded · 131k context · 4.7 GB · vision, tools"
    assert told.data(Qt.ItemDataRole.AccessibleTextRole) == "qwen2.5:7b, loaded · 131k context · 4.7 GB · vision, tools"
    assert "131,072 tokens of context" in told.data(Qt.ItemDataRole.ToolTipRole)
    assert not plain.data(DETAIL)


def test_the_second_text_is_muted_and_beside_the_name(selector: ModelSelector, appearance: Appearance) -> None:
    selector.show_models([LOADED])
    selector.showPopup()
    QApplication.processEvents()
    image = selector.view().viewport().grab().toImage()
    left, right = image.copy(0, 0, image.width() // 3, 30), image.copy(image.width() // 2, 0, image.width() // 2, 30)
    assert has(left, appearance.theme.text)
    assert has(right, appearance.theme.muted)
    assert not has(right, appearance.theme.text)


def test_hundreds_of_models_are_found_by_typing(selector: ModelSelector, qtbot: QtBot) -> None:
    selector.show_models(many())
    field = selector.lineEdit()
    assert field is not None
    field.setFocus()
    QTest.keyClicks(field, "MODEL-39")
    popup = selector.findChild(QListView, "popupList") or selector.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    shown = [popup.model().index(row, 0).data() for row in range(popup.model().rowCount())]
    assert shown == [f"vendor/model-39{n}" for n in range(10)]
    assert popup.width() > selector.width(), "the facts have room"
    with qtbot.waitSignal(selector.model_chosen) as chosen:
        QTest.keyClick(popup, Qt.Key.Key_Down)
        QTest.keyClick(popup, Qt.Key.Key_Return)
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args == ["vendor/model-390"]
    popup.hide()


def test_hundreds_of_models_are_rows_not_widgets(selector: ModelSelector) -> None:
    before = len(selector.findChildren(QWidget))
    selector.show_models(many())
    selector.showPopup()
    assert selector.count() == 400
    assert len(selector.findChildren(QWidget)) < before + 20
    assert selector.view().width() <= selector.MAX_POPUP_WIDTH


def test_a_long_name_leaves_room_for_the_facts(selector: ModelSelector, appearance: Appearance) -> None:
    selector.show_models([ModelInfo("vendor/" + "very-long-name-" * 12, context_length=131_072)])
    selector.showPopup()
    QApplication.processEvents()
    image = selector.view().viewport().grab().toImage()
    assert has(image.copy(image.width() - 60, 0, 60, 30), appearance.theme.muted)


def test_a_name_that_is_too_long_shows_its_beginning(selector: ModelSelector) -> None:
    selector.set_model_name("a-model-of-a-very-long-name-" * 4)
    selector.resize(120, 32)
    selector.show_models([ModelInfo("other")])
    assert selector.lineEdit().cursorPosition() == 0


def test_a_choice_that_is_too_long_ends_with_an_ellipsis(appearance: Appearance, qtbot: QtBot) -> None:
    combo = ComboBox(appearance, "Choice")
    qtbot.addWidget(combo)
    combo.addItem("My own server of a rather long name")
    combo.resize(120, 32)
    option = QStyleOptionComboBox()
    combo.initStyleOption(option)
    assert option.currentText.endswith("…")
    assert option.currentText.startswith("My")
    combo.resize(600, 32)
    combo.initStyleOption(option)
    assert option.currentText == combo.currentText()


@pytest.mark.parametrize("entries", [(FAST, UNSAFE)])
async def test_a_connection_that_takes_any_certificate_is_marked(desk: Desk) -> None:
    row = desk.connections.model().index(1, 0)
    assert row.data(DETAIL) == "certificate not verified"
    assert row.data(Qt.ItemDataRole.AccessibleTextRole) == "Slow, certificate not verified"
    assert "certificate not verified" in row.data(Qt.ItemDataRole.ToolTipRole)
    assert row.data() == "Slow", "its name stays what it is"
    mark = desk.find("connectionWarning", QLabel)
    assert not mark.isVisible()
    desk.use("Slow")
    assert mark.isVisible()
    assert (mark.accessibleName(), mark.toolTip()) == ("Certificate not verified", "Certificate not verified")
    assert desk.connections.accessibleDescription() == "certificate not verified"
    assert "certificate not verified" in desk.connections.toolTip()
    desk.use("Demo")
    assert not mark.isVisible()
    assert desk.connections.accessibleDescription() == ""


@pytest.mark.parametrize("entries", [(UNSAFE,)])
async def test_the_mark_goes_when_the_file_says_otherwise(desk: Desk) -> None:
    mark = desk.find("connectionWarning", QLabel)
    assert mark.isVisible()
    desk.write_connections(SLOW)
    await desk.until(lambda: not mark.isVisible())


@pytest.mark.parametrize("entries", [(FAST, UNSAFE)])
async def test_the_mark_in_the_list_has_the_colour_of_warnings(desk: Desk) -> None:
    desk.connections.showPopup()
    QApplication.processEvents()
    image = desk.connections.view().viewport().grab().toImage()
    assert has(image, desk.appearance.theme.warn)
    desk.connections.hidePopup()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def has(image: QImage, color: str) -> bool:
    wanted = QColor(color).name()
    return any(image.pixelColor(x, y).name() == wanted for x in range(image.width()) for y in range(image.height()))
