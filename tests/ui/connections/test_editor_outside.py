"""What other programs do to the file while the window is open."""

from __future__ import annotations

import copy


def changed(window, connection_id: str, **fields: object) -> list[dict[str, object]]:
    entries = copy.deepcopy(window.stored)
    next(entry for entry in entries if entry["id"] == connection_id).update(fields)
    return entries


async def test_the_list_follows_the_file(window):
    await window.open("vllm", "vLLM")
    window.write_file(changed(window, "old", name="Renamed"))
    await window.until(lambda: "Renamed" in window.titles)
    window.write_file(changed(window, "vllm", model="qwen"))
    await window.until(lambda: window.field("model").currentText() == "qwen")
    assert window.notices == []
    assert not window.can_save


async def test_edits_are_kept_when_the_same_entry_changes_and_saving_keeps_both(window):
    await window.open("vllm", "vLLM")
    window.write("model", "mine")
    window.write_file(changed(window, "vllm", temperature=0.1, model="theirs"))
    await window.until(lambda: window.notices)
    assert "Your edits are kept" in window.notices[0]
    assert window.field("model").currentText() == "mine"
    assert window.field("temperature").text() == "0.1"
    await window.save()
    assert (window.entry("vllm")["model"], window.entry("vllm")["temperature"]) == ("mine", 0.1)


async def test_edits_are_kept_when_the_entry_is_removed(window):
    await window.open("vllm", "vLLM")
    window.write("model", "mine")
    window.write_file([entry for entry in window.stored if entry["id"] != "vllm"])
    await window.until(lambda: window.notices)
    assert "was removed outside this window" in window.notices[0]
    assert window.chosen == "vLLM"
    await window.save()
    assert window.entry("vllm")["model"] == "mine"


async def test_a_broken_entry_that_is_mended_turns_into_its_form(window):
    await window.open("bad", "Broken")
    assert not window.field("name").isVisible()
    window.write_file(changed(window, "bad", timeout=5))
    await window.until(lambda: window.field("name").isVisible())
    assert window.field("timeout").text() == "5"


async def test_a_file_that_cannot_be_parsed_is_said_and_the_window_goes_on(window):
    await window.open("vllm", "vLLM")
    window.path.write_text('{"connections": [', encoding="utf-8")
    await window.until(lambda: window.notices)
    assert "is not valid JSON" in window.notices[0]
    assert window.chosen == "vLLM"
