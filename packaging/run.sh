#!/bin/sh
# Starts the window, or says what to do instead where there is no display to show it on.
cd "$(dirname "$0")/.." || exit
if [ "$(uname)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
    cat >&2 <<'HINT'
There is no display here, so the window cannot open. Chat Studio also works in the terminal:

    .venv/bin/chat-studio chat "Hello"
    .venv/bin/chat-studio connections list
    .venv/bin/chat-studio --help

HINT
    exit 1
fi
exec .venv/bin/python -m chat_studio "$@"
