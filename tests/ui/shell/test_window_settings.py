"""The settings: each holds at once, is stored, and holds at the next start."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QScrollArea, QSpinBox
from ui.shell.again import started_again
from ui.shell.desk import Desk
from ui.shell.dialogs import choose, click, nameless, opened, part, said, shown

from chat_studio.chat.titling import TitleChoice
from chat_studio.ui.settings_dialog import SettingsDialog


async def dialog_of(desk: Desk) -> SettingsDialog:
    desk.press("Ctrl+,")
    return await opened(desk, "settingsDialog", SettingsDialog)


async def stored(desk: Desk, field: str, value: object) -> None:
    await desk.until(lambda: settings(desk).get(field) == value)


def settings(desk: Desk) -> dict[str, object]:
    return json.loads(desk.paths.settings.read_text(encoding="utf-8")) if desk.paths.settings.exists() else {}


def column(desk: Desk) -> int:
    return desk.transcript._canvas.measure.width


async def test_every_control_has_a_name(desk: Desk) -> None:
    dialog = await dialog_of(desk)
    assert nameless(dialog) == []
    dialog.accept()


async def test_the_text_gets_wider_and_so_does_the_composer(desk: Desk) -> None:
    desk.window.resize(1700, 900)
    await desk.ask_and_wait("Wide")
    assert column(desk) == 744
    dialog = await dialog_of(desk)
    dialog.column_width.setValue(1000)
    assert column(desk) == 1000
    await desk.until(lambda: desk.window.composer.column.width() == 1032)
    await stored(desk, "column_width", 1000)
    dialog.column_width.setValue(5000)
    assert dialog.column_width.value() == 1200
    await stored(desk, "column_width", 1200)
    dialog.accept()
    async with started_again(desk) as again:
        again.window.resize(1700, 900)
        again.choose_conversation("Wide")
        await again.until(lambda: column(again) == 1200)


async def test_the_size_of_the_text_by_its_buttons(desk: Desk) -> None:
    dialog = await dialog_of(desk)
    before = desk.appearance.font_size
    (larger,) = [one for one in dialog.findChildren(QAbstractButton) if one.text() == "Larger"]
    QTest.keyClick(larger, Qt.Key.Key_Space)
    assert desk.appearance.font_size == before + 1
    await stored(desk, "font_size", before + 1)
    dialog.accept()
    desk.press("Ctrl+0")
    assert desk.appearance.font_size == before


async def test_reasoning_is_shown_while_it_comes(desk: Desk) -> None:
    dialog = await dialog_of(desk)
    assert not part(dialog, "setting_show_reasoning", QCheckBox).isChecked()
    QTest.keyClick(part(dialog, "setting_show_reasoning"), Qt.Key.Key_Space)
    assert desk.shell.options._host.opens_reasoning
    await stored(desk, "show_reasoning", True)
    dialog.accept()


async def test_nobody_names_conversations_at_first(desk: Desk) -> None:
    dialog = await dialog_of(desk)
    assert desk.studio.titler.choice == TitleChoice("nobody")
    assert not part(dialog, "titlesConnection").isVisible()
    assert "A short question more" not in said(dialog)
    dialog.accept()


async def test_the_model_that_answers_names_conversations(desk: Desk) -> None:
    dialog = await dialog_of(desk)
    choose(dialog, "titlesWho", "same")
    assert desk.studio.titler.choice == TitleChoice("same")
    assert "A short question more" in said(dialog)
    assert not part(dialog, "titlesModel").isVisible()
    await stored(desk, "titles", "same")
    dialog.accept()
    async with started_again(desk) as again:
        assert again.studio.titler.choice == TitleChoice("same")
        await again.ask_and_wait("My own words")
        await again.until(lambda: again.titles and again.titles != ["My own words"])


async def test_a_chosen_model_names_conversations(desk: Desk) -> None:
    dialog = await dialog_of(desk)
    choose(dialog, "titlesWho", "chosen")
    assert desk.studio.titler.choice == TitleChoice("chosen", "demo", "")
    model = part(dialog, "titlesModel", QComboBox)
    await desk.until(lambda: model.findText("demo-slow") >= 0)
    choose(dialog, "titlesConnection", "slow")
    assert desk.studio.titler.choice == TitleChoice("chosen", "slow", "")
    QTest.keyClicks(model.lineEdit(), "demo-slow")
    assert desk.studio.titler.choice == TitleChoice("chosen", "slow", "demo-slow")
    await stored(desk, "title_model", "demo-slow")
    dialog.accept()
    async with started_again(desk) as again:
        assert again.studio.titler.choice == TitleChoice("chosen", "slow", "demo-slow")
        once_more = await dialog_of(again)
        assert part(once_more, "titlesConnection", QComboBox).currentData() == "slow"
        assert part(once_more, "titlesModel", QComboBox).currentText() == "demo-slow"
        choose(once_more, "titlesWho", "nobody")
        assert again.studio.titler.choice == TitleChoice("nobody")
        once_more.accept()


async def test_the_backups_are_at_hand(desk: Desk) -> None:
    dialog = await dialog_of(desk)
    click(dialog, "settingsBackupsButton")
    backups = await opened(desk, "backupDialog")
    await desk.until(lambda: not shown(desk, "settingsDialog"))
    backups.reject()


async def test_it_says_where_things_are(desk: Desk) -> None:
    dialog = await dialog_of(desk)
    assert str(desk.paths.config) in said(dialog)
    dialog.accept()


@pytest.mark.parametrize("size", [11, 24])
async def test_every_control_can_be_reached_in_a_small_dialog(desk: Desk, size: int) -> None:
    desk.appearance.choose("dark", size)
    dialog = await dialog_of(desk)
    dialog.resize(QSize(100, 100))
    assert dialog.width() < 620
    assert dialog.height() < 400
    area = dialog.findChild(QScrollArea)
    seen = []
    for _ in range(40):
        focused = dialog.focusWidget()
        if focused in seen:
            break
        seen.append(focused)
        if area.isAncestorOf(focused):
            inside = area.viewport().rect().adjusted(0, -2, 0, 2)
            top = focused.mapTo(area.viewport(), focused.rect().topLeft())
            assert inside.contains(top), focused.accessibleName()
            assert top.x() + focused.width() <= inside.right() + 1, focused.accessibleName()
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert {type(one) for one in seen} >= {QSpinBox} or len(seen) > 8
    dialog.accept()


@pytest.mark.expects_log("settings.json could not be written")
async def test_settings_that_cannot_be_stored_hold_and_are_told(desk: Desk) -> None:
    desk.paths.settings.mkdir()
    dialog = await dialog_of(desk)
    dialog.column_width.setValue(1000)
    await desk.until(lambda: desk.window.notices.texts)
    assert desk.window.composer.column.maximumWidth() == 1032
    dialog.accept()
