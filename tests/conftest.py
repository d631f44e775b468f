"""What holds for every test: see the modules of `guards`, each of which forbids one thing."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = ["guards.isolation", "guards.network", "guards.leaks", "guards.logs"]
