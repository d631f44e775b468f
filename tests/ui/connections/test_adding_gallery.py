"""The gallery of templates: searched, and taken by one click."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from ui.connections.adding import Adding

from chat_studio.connections.templates import templates
from chat_studio.providers import registry
from chat_studio.ui.connections.adding.choices import load_choices, matching


@pytest.fixture
def page(window) -> Adding:
    return Adding(window)


async def test_it_shows_a_blank_form_every_kind_and_every_template(window, page):
    await page.open()
    assert page.titles[0] == "Blank connection"
    assert set(page.titles) >= {registry.provider_class(kind).label for kind in registry.kinds()}
    assert set(page.titles) >= {known.name for known in templates() if known.provider in registry.kinds()}


async def test_one_click_fills_the_form_and_the_keys_go_to_the_missing_key(window, page):
    await page.open()
    QTest.keyClicks(page.search, "gpt-4o-mini")
    assert page.titles == ["GPT-4o mini"]
    page.click_row("GPT-4o mini")
    await window.until(lambda: window.chosen == "GPT-4o mini")
    assert window.field("model").currentText() == "gpt-4o-mini"
    assert window.field("provider").currentData() == "openai"
    assert (window.field("price_input").text(), window.field("price_output").text()) == ("0.15", "0.6")
    assert window.field("context_length").text() == "128000"
    await window.until(window.field("api_key").hasFocus)
    assert window.field("api_key").placeholderText() == "sk-…"
    assert window.can_save


async def test_a_service_alone_gets_its_form(window, page):
    await page.open()
    QTest.keyClicks(page.search, "openrouter")
    page.click_row("OpenRouter")
    await window.until(lambda: window.chosen == "OpenRouter")
    assert window.field("base_url").text() == "https://openrouter.ai/api/v1"
    await window.until(window.field("api_key").hasFocus)


async def test_the_keys_alone_are_enough(window, page):
    await page.open()
    page.press("addressField", Qt.Key.Key_Down)
    assert page.search.hasFocus()
    QTest.keyClicks(page.search, "ollama")
    page.press("templateSearch", Qt.Key.Key_Down)
    assert page.list.hasFocus()
    page.press("templateList", Qt.Key.Key_Down)
    title = page.list.currentIndex().data()
    page.press("templateList", Qt.Key.Key_Return)
    await window.until(lambda: window.field("name").isVisible())
    assert window.field("name").text() == title


async def test_enter_in_the_search_takes_the_first_row(window, page):
    await page.open()
    QTest.keyClicks(page.search, "blank")
    page.press("templateSearch", Qt.Key.Key_Return)
    await window.until(lambda: window.chosen == "New connection")
    await window.until(window.field("name").hasFocus)


async def test_a_search_without_a_hit_says_so_and_escape_takes_it_back(window, page):
    await page.open()
    QTest.keyClicks(page.search, "qqqq")
    assert page.titles == []
    assert "Nothing is found by “qqqq”." in page.text("addConnectionPage")
    page.press("templateSearch", Qt.Key.Key_Escape)
    assert page.titles[0] == "Blank connection"
    assert not page.shows("galleryNote")
    page.press("templateSearch", Qt.Key.Key_Escape)
    assert not window.editor.isVisible()


async def test_what_needs_something_else_is_shown_with_the_reason(window, page):
    needy = next(choice for choice in load_choices() if choice.needs)
    await page.open()
    QTest.keyClicks(page.search, needy.template.id)
    assert needy.needs in page.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    page.click_row(needy.title)
    await window.until(lambda: window.notices)
    assert needy.needs in window.notices[0]


def test_a_price_that_the_table_has_otherwise_is_shown_with_both_dates():
    differing = {choice.template.id: choice for choice in load_choices() if choice.price_checked}
    haiku = differing["anthropic-claude-haiku-4.5"]
    assert (haiku.price, haiku.price_checked) == ("$0.80 / $4, listed 2026-11-20", "$1 / $5, checked 2026-07-29")
    for choice in differing.values():
        for price in (choice.price, choice.price_checked):
            assert price in choice.detail
            assert price in choice.spoken
        assert choice.template.price_input == choice.fields["price_input"], "the listed one fills the form"


def test_rows_of_a_group_stand_together_and_a_search_keeps_their_order():
    choices = load_choices()
    groups = [choice.group for choice in choices]
    assert [group for at, group in enumerate(groups) if at == 0 or groups[at - 1] != group] == list(
        dict.fromkeys(groups)
    )
    found = matching(choices, "vision tools")
    assert found == [choice for choice in choices if choice in found]
    assert all(choice.template and choice.template.vision and choice.template.functions for choice in found)


async def test_only_the_rows_in_sight_cost_anything(window, page):
    await page.open()
    before = len(QApplication.allWidgets())
    page.search.setText("a")
    page.search.clear()
    assert len(QApplication.allWidgets()) == before
