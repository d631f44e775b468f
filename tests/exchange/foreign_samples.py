"""Exports of other programs in small, made up after what is publicly known of their shapes."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from typing import Any

MORNING = 1_740_000_000.5
"""2025-02-19 21:20:00.5 UTC."""


def png(color: int = 0, size: int = 1) -> bytes:
    """A square of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([color, (color * 7 + row) % 256, row % 256] * size) for row in range(size))
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")


def data_url(image: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(image).decode()}"


def zipped(files: dict[str, bytes], **options: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data, **options)
    return buffer.getvalue()


# -- ChatGPT -------------------------------------------------------------------------------------------------


def said(role: str, content: object, seconds: float = 0, **fields: object) -> dict[str, Any]:
    """A message of ChatGPT; a string is content of the usual kind."""
    if isinstance(content, str):
        content = {"content_type": "text", "parts": [content]}
    author = {"role": role, "name": fields.pop("name", None), "metadata": {}}
    message: dict[str, Any] = {"author": author, "create_time": MORNING + seconds, "content": content}
    return message | {"status": "finished_successfully", "weight": 1.0, "recipient": "all", "metadata": {}} | fields


def mapping(*nodes: tuple[str, str | None, dict[str, Any] | None]) -> dict[str, Any]:
    """Nodes as (id, parent, message)."""
    found = {id_: {"id": id_, "parent": parent, "children": [], "message": message} for id_, parent, message in nodes}
    for id_, parent, message in nodes:
        if message is not None:
            message.setdefault("id", id_)
        if parent in found:
            found[parent]["children"].append(id_)
    return found


def chatgpt(**fields: object) -> dict[str, Any]:
    """A question about bread with two answers, of which the second thought before; a drawing by a tool."""
    metadata = {"model_slug": "gpt-oven", "finish_details": {"type": "stop"}}
    pointer = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_0000abcd12", "width": 1}
    photo = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-Crust42"}
    hidden = {"is_visually_hidden_from_conversation": True}
    nodes = mapping(
        ("root", None, None),
        ("sys", "root", said("system", "", metadata=hidden)),
        ("rules", "sys", said("user", {"content_type": "user_editable_context", "user_profile": "A baker"})),
        ("q", "rules", said("user", {"content_type": "multimodal_text", "parts": [photo, "Is this loaf done?"]}, 1)),
        ("a1", "q", said("assistant", "Not quite.", 2, metadata=metadata)),
        (
            "think",
            "q",
            said("assistant", {"content_type": "thoughts", "thoughts": [{"summary": "Look", "content": "Brown."}]}, 3),
        ),
        ("recap", "think", said("assistant", {"content_type": "reasoning_recap", "content": "Thought for 1m 5s"}, 4)),
        ("a2", "recap", said("assistant", "Yes, it is.", 5, metadata=metadata)),
        ("q2", "a2", said("user", "Draw one, and weigh it.", 6)),
        (
            "call",
            "q2",
            said("assistant", {"content_type": "code", "language": "python", "text": "weigh()"}, 7, recipient="python"),
        ),
        ("out", "call", said("tool", {"content_type": "execution_output", "text": "812 g"}, 8, name="python")),
        ("drawn", "out", said("tool", {"content_type": "multimodal_text", "parts": [pointer]}, 9, name="dalle")),
        ("memo", "drawn", said("tool", "remember this", 10, name="bio", weight=0.0)),
        ("a3", "memo", said("assistant", "Here.", 11, metadata=metadata)),
    )
    conversation = {
        "title": "A loaf",
        "create_time": MORNING,
        "update_time": MORNING + 60,
        "mapping": nodes,
        "current_node": "a3",
        "conversation_id": "bread-1",
        "id": "bread-1",
        "is_archived": False,
        "default_model_slug": "gpt-oven",
    }
    return conversation | fields


def chatgpt_files() -> dict[str, bytes]:
    return {"file-Crust42-loaf.png": png(1), "dalle-generations/file_0000abcd12-drawing.webp": png(2)}


# -- Claude --------------------------------------------------------------------------------------------------


def claude(**fields: object) -> dict[str, Any]:
    """Two answers to one question, the second with thoughts and a tool; a file that came along as text."""
    start = "2025-03-01T10:00:0"
    nobody = "00000000-0000-4000-8000-000000000000"
    question = {
        "uuid": "q",
        "sender": "human",
        "text": "What is in the list?",
        "content": [{"type": "text", "text": "What is in the list?"}],
        "attachments": [{"file_name": "list.txt", "file_type": "txt", "file_size": 4, "extracted_content": "eggs"}],
        "files": [{"file_name": "scan.pdf"}],
        "created_at": start + "0Z",
        "parent_message_uuid": nobody,
    }
    plain = {
        "uuid": "a1",
        "sender": "assistant",
        "text": "Eggs.",
        "content": [],
        "created_at": start + "2Z",
        "parent_message_uuid": "q",
    }
    thorough = {
        "uuid": "a2",
        "sender": "assistant",
        "text": "",
        "content": [
            {
                "type": "thinking",
                "thinking": "Count.",
                "start_timestamp": start + "1Z",
                "stop_timestamp": start + "3.5Z",
            },
            {"type": "tool_use", "id": "t1", "name": "counter", "input": {"of": "eggs"}},
            {"type": "tool_result", "tool_use_id": "t1", "name": "counter", "content": [{"type": "text", "text": "6"}]},
            {"type": "text", "text": "Six eggs."},
            {"type": "token_budget"},
            {"type": "hologram"},
        ],
        "created_at": start + "4Z",
        "parent_message_uuid": "q",
    }
    thanks = {
        "uuid": "q2",
        "sender": "human",
        "text": "Thanks.",
        "content": [],
        "created_at": start + "5Z",
        "parent_message_uuid": "a2",
    }
    conversation = {
        "uuid": "list-1",
        "name": "The list",
        "created_at": start + "0Z",
        "updated_at": start + "9Z",
        "account": {"uuid": "somebody"},
        "chat_messages": [question, plain, thorough, thanks],
    }
    return conversation | fields


# -- Open WebUI ----------------------------------------------------------------------------------------------


def open_webui(**fields: object) -> dict[str, Any]:
    """Two models answer side by side, one fails; an image and a file came along."""
    reasoning = (
        '<details type="reasoning" done="true" duration="7">\n<summary>Thought</summary>\n&gt; Rain?\n</details>\n'
    )
    attributes = 'type="tool_calls" done="true" id="c1" name="sky" arguments="{&quot;at&quot;: 1}" result="wet"'
    call = f"<details {attributes}></details>\n"
    files = [
        {"type": "image", "url": data_url(png(3)), "name": "sky.png"},
        {"type": "image", "url": "/api/v1/files/7/content"},
        {"type": "file", "name": "log.txt", "file": {"data": {"content": "cloudy"}}},
    ]
    messages = {
        "u": {
            "id": "u",
            "parentId": None,
            "role": "user",
            "content": "Weather?",
            "timestamp": 1_740_000_000,
            "files": files,
        },
        "x": {
            "id": "x",
            "parentId": "u",
            "role": "assistant",
            "content": reasoning + call + "Take a coat.",
            "model": "weather:7b",
            "timestamp": 1_740_000_002,
            "done": True,
            "usage": {"prompt_tokens": 5, "completion_tokens": 9, "total_duration": 2_500_000_000},
        },
        "y": {
            "id": "y",
            "parentId": "u",
            "role": "assistant",
            "content": "",
            "model": "weather:70b",
            "timestamp": 1_740_000_003,
            "error": {"content": "out of memory"},
        },
        "v": {"id": "v", "parentId": "x", "role": "user", "content": "Sure?", "timestamp": 1_740_000_004},
    }
    for id_, message in messages.items():
        message["childrenIds"] = [other for other, one in messages.items() if one["parentId"] == id_]
    chat = {
        "title": "Weather",
        "models": ["weather:7b"],
        "params": {"system": "Be brief.", "temperature": 0.2, "stop": ["END"], "max_tokens": "many"},
        "history": {"messages": messages, "currentId": "v"},
        "tags": ["sky"],
        "timestamp": 1_740_000_000_000,
    }
    row = {"id": "w-1", "user_id": "u-1", "title": "Weather", "chat": chat, "created_at": 1_740_000_000}
    return row | {"updated_at": 1_740_000_100, "pinned": True, "archived": False, "meta": {"tags": ["daily"]}} | fields
