"""Asks the server of a draft: unsaved edits count, and a typed key is used without being stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
