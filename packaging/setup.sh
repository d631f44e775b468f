#!/bin/sh
# Makes .venv, or brings it up to date with requirements.lock. PYTHON=… chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."
environment=.venv

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

is_suitable() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if is_suitable "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    fail "Chat Studio needs Python 3.11, 3.12 or 3.13, and found none of them${PYTHON:+ as $PYTHON}." \
        "On Debian or Ubuntu: apt-get install python3 python3-venv" \
        "Or name one: make setup PYTHON=/path/to/python3.12"
}

# Debian ships Python without the part that makes environments.
require_venv() {
    "$1" -c 'import ensurepip' 2>/dev/null && return
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package"
    else
        fail "$1 cannot make a virtual environment: a part of it is missing." \
            "On Debian or Ubuntu: sudo apt-get install $package"
    fi
}

if ! is_suitable $environment/bin/python; then
    python=$(find_python)
    require_venv "$python"
    echo "Creating $environment with $("$python" --version)"
    "$python" -m venv --clear $environment
fi
echo "Installing what requirements.lock pins"
$environment/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
$environment/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
