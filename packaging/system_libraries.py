"""Finds the system libraries that the window needs on Linux, and installs those that are missing on Debian.

Qt brings most of what it needs, but loads these from the system; a server or a container often lacks them. Where
this user may not install, the exact command is printed. `--tests` adds the programs that the end-to-end tests use.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""What Qt's xcb platform links against (`readelf -d` of libqxcb, libQt6XcbQpa, libQt6Gui and libQt6Network)."""

TEST_PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool"}


def missing_packages(*, for_tests: bool) -> list[str]:
    """The Debian packages of all that cannot be loaded or found here."""
    packages = [package for library, package in LIBRARIES.items() if not can_load(library)]
    if for_tests:
        packages += [package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None]
    return packages


def can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def privileges() -> list[str] | None:
    """What to put before a command to run it as root: nothing, sudo, or None where neither works unasked."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    may = sudo is not None and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
    return ["sudo", "-n"] if may else None


def install(packages: list[str]) -> int:
    names = " ".join(packages)
    as_root = privileges()
    if shutil.which("apt-get") is None:
        print(f"System libraries are missing. On Debian they are called: {names}", file=sys.stderr)
        return 1
    if as_root is None:
        print(f"System libraries are missing. Please run:\n\n    sudo apt-get install {names}\n", file=sys.stderr)
        return 1
    print(f"Installing system libraries: {names}", flush=True)
    subprocess.run([*as_root, "apt-get", "update", "-qq"], check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run([*as_root, "env", "DEBIAN_FRONTEND=noninteractive", *command], check=False).returncode


def main() -> int:
    if not sys.platform.startswith("linux"):
        return 0
    packages = missing_packages(for_tests="--tests" in sys.argv[1:])
    return install(packages) if packages else 0


if __name__ == "__main__":
    sys.exit(main())
