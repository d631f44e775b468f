"""Numbers, sizes and times in sentences."""

from __future__ import annotations

from datetime import datetime

_MEGA = 1_000_000


def counted(number: int, name: str, names: str = "") -> str:
    """“1 message”, “2,000 messages”."""
    return f"{number:,} {name if number == 1 else names or f'{name}s'}"


def size(octets: int) -> str:
    """“640 kB”, “3.2 MB”."""
    if octets < _MEGA:
        return f"{max(octets, 0) / 1000:,.0f} kB"
    return f"{octets / _MEGA:,.1f} MB"


def moment(time: datetime) -> str:
    """A time (aware) as the clock on the wall said: “12 March 2026, 10:02”."""
    local = time.astimezone()
    return f"{day(time)}, {local:%H:%M}"


def day(time: datetime) -> str:
    """“12 March 2026”."""
    local = time.astimezone()
    return f"{local.day} {local:%B %Y}"


def days(first: datetime, last: datetime) -> str:
    """“3 May 2023 to 12 March 2026”; one day by itself."""
    return day(first) if day(first) == day(last) else f"{day(first)} to {day(last)}"
