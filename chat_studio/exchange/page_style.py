"""How exported pages look: in a browser, light or dark as the system is, and on paper, as Qt's documents can."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from chat_studio.resources import resource

_USED = ("bg", "text", "muted", "faint", "line", "accent", "user", "code", "danger")
_TOKENS: Mapping[str, tuple[str, ...]] = {
    "keyword": ("k", "kc", "kd", "kn", "kp", "kr", "kt", "ow", "nt"),
    "string": ("s", "sa", "sb", "sc", "dl", "sd", "s2", "se", "sh", "si", "sx", "sr", "s1", "ss"),
    "function": ("nf", "fm", "nc", "nb", "bp", "nd", "na", "m", "mb", "mf", "mh", "mi", "mo", "il"),
    "comment": ("c", "ch", "cm", "cp", "cpf", "c1", "cs"),
}
"""pygments' classes of each colour of code, as in the window."""

_SCREEN = """
*{box-sizing:border-box}
html{color-scheme:light dark}
body{margin:0 auto;padding:48px 24px 96px;max-width:808px;background:var(--bg);color:var(--text);
font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:break-word}
h1{font-size:28px;line-height:1.25;margin:0 0 8px}
header{margin-bottom:40px}
header+header,article+header{margin-top:96px;padding-top:40px;border-top:1px solid var(--line)}
.about,.figures{color:var(--muted);font-size:13px;margin:0}
article{margin:32px 0}
.who{font-size:13px;font-weight:600;margin:0 0 8px}.who time{color:var(--faint);font-weight:400;margin-left:8px}
.user .said{background:var(--user);border-radius:12px;padding:12px 16px}
.said>:first-child{margin-top:0}.said>:last-child{margin-bottom:0}
h2,h3,h4,h5,h6{line-height:1.3;margin:24px 0 8px}.said h1{font-size:22px;margin:24px 0 8px}
h2{font-size:19px}h3{font-size:17px}h4,h5,h6{font-size:16px}
p,ul,ol,pre,table,blockquote,details,.image{margin:0 0 16px}
a{color:var(--accent)}
code,pre{font:14px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{background:var(--code);border-radius:4px;padding:1px 4px}
pre{background:var(--code);border:1px solid var(--line);border-radius:8px;padding:12px 16px;overflow-x:auto;
white-space:pre}
pre code{background:none;padding:0}
blockquote{border-left:3px solid var(--line);padding-left:16px;color:var(--muted);margin-left:0}
.wide{overflow-x:auto;margin:0 0 16px}table{border-collapse:collapse;margin:0}
th,td{border-bottom:1px solid var(--line);padding:6px 12px 6px 0;text-align:left;vertical-align:top}
hr{border:0;border-top:1px solid var(--line);margin:24px 0}
img{max-width:100%;height:auto;border-radius:8px;display:block}
details{border-left:2px solid var(--line);padding-left:16px;color:var(--muted)}
summary{cursor:pointer;font-size:14px}details>:nth-child(2){margin-top:8px}
.ending{color:var(--danger);font-size:14px}.notice{color:var(--muted);font-size:14px}
li input{margin:0 8px 0 0}
@media print{
:root{LIGHT}
body{max-width:none;padding:0;font-size:11pt}
@page{margin:20mm}
header+header,article+header{break-before:page;border:0;padding:0;margin:0}
h1,h2,h3,h4,.who{break-after:avoid}pre,table,img{break-inside:avoid}
pre{white-space:pre-wrap}
details::details-content{content-visibility:visible;display:block;height:auto}
.said a[href^="http"]::after{content:" (" attr(href) ")";font-size:9pt;color:var(--muted)}
}
"""

_PAPER = """
body{font-family:sans-serif;font-size:10.5pt;color:#1c1d1f}
h1{font-size:18pt}h2{font-size:14pt}h3{font-size:12pt}h4,h5,h6{font-size:10.5pt}
.about,.figures,.notice,.aside{color:#5b5e64;font-size:9pt}
.who{font-weight:600;font-size:9pt;margin-top:18px}.who span{color:#6a6d73;font-weight:400}
a{color:#2f6f5e;text-decoration:none}
code,pre{font-family:monospace;font-size:9pt}
pre{background-color:#f5f5f2;margin:8px 0px 8px 0px;white-space:pre-wrap}
blockquote{color:#5b5e64;margin-left:16px}th{text-align:left}
.ending{color:#b3372b}
"""


@cache
def screen() -> str:
    """The style of a page that is read in a browser."""
    light, dark = _colors("light"), _colors("dark")
    schemes = f":root{{{_variables(light)}}}\n@media (prefers-color-scheme:dark){{:root{{{_variables(dark)}}}}}"
    tokens = "".join(f"{_selectors(names)}{{color:var(--{role})}}\n" for role, names in _TOKENS.items())
    return f"{schemes}{_SCREEN.replace('LIGHT', _variables(light))}{tokens}"


@cache
def paper() -> str:
    """The style of a page that becomes a PDF: light, and without what Qt's documents don't know."""
    light = _colors("light")
    return _PAPER + "".join(f"{_selectors(names)}{{color:{light[role]}}}\n" for role, names in _TOKENS.items())


def _selectors(names: tuple[str, ...]) -> str:
    return ",".join(f".{name}" for name in names)


def _variables(colors: Mapping[str, str]) -> str:
    return ";".join(f"--{name}:{colors[name]}" for name in (*_USED, *_TOKENS))


def _colors(theme: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(resource(f"themes/{theme}.json").read_text(encoding="utf-8"))
    return found
