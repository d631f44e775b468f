"""What holds for every test: see the modules of `guards`, each of which forbids one thing."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"  # Qt warns about others, and figures look the same everywhere

pytest_plugins = ["keychains", "guards.garbage", "guards.isolation", "guards.network", "guards.leaks", "guards.logs"]
