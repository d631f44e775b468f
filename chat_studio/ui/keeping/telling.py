"""Backups, and what a check finds, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_studio.ui.widgets.wording import counted, moment, size

if TYPE_CHECKING:
    from chat_studio.backup.archive import Kind, Manifest
    from chat_studio.backup.folder import Backup
    from chat_studio.backup.restore import Restored
    from chat_studio.history.check import Report

_KINDS: dict[Kind, str] = {"user": "", "automatic": "automatic", "before-restore": "before a restore"}

_HAPPENS = (
    "They take the place of everything that is here: conversations, settings and connections. "
    "What is here is kept first, as a backup of its own, and the window starts again."
)
_REPAIR = "The file is copied first, then all is repaired at once, or nothing. The window starts again afterwards."


def of_backup(backup: Backup) -> tuple[str, str]:
    """A row of the list: when it was made, and what is in it; for one that cannot be used, its name and why."""
    manifest = backup.manifest
    if manifest is None:
        return backup.path.name, backup.problem
    facts = [_KINDS[manifest.kind], counted(manifest.conversations, "conversation"), size(backup.size)]
    return moment(manifest.created_at), " · ".join(filter(None, facts))


def of_restore(manifest: Manifest, *, running: int, temporary: int) -> tuple[str, str]:
    """The question before a restore, and what will happen."""
    content = f"{counted(manifest.conversations, 'conversation')} with {counted(manifest.messages, 'message')}"
    happens = [f"It has {content}. {_HAPPENS}"]
    if running:
        answers, they = ("An answer is", "it is") if running == 1 else (f"{running} answers are", "they are")
        happens.append(f"{answers} coming: {they} stopped first, and what has come is kept in that backup.")
    if temporary:
        lost = "The temporary conversation is" if temporary == 1 else f"{temporary} temporary conversations are"
        happens.append(f"{lost} lost: no backup has them.")
    return f"Restore the backup of {moment(manifest.created_at)}?", "\n\n".join(happens)


def of_restored(restored: Restored) -> list[str]:
    """What to tell when the window has started again."""
    manifest = restored.manifest
    told = f"Restored {counted(manifest.conversations, 'conversation')} of {moment(manifest.created_at)}."
    if restored.kept is not None:
        told += f" What was here before is kept as the backup {restored.kept.name}."
    if not restored.without_keys:
        return [told]
    names = ", ".join(f"“{name}”" for name in restored.without_keys)
    need = "needs its key" if len(restored.without_keys) == 1 else "need their keys"
    return [told, f"{names} {need} again: a backup holds none."]


def of_report(report: Report) -> tuple[str, str]:
    """What a check found: a sentence, and the findings."""
    if report.is_clean:
        return "The history is sound.", ""
    if report.is_unreadable:
        head = "The history is damaged."
    elif report.needs_repair:
        head = f"{counted(len(report.findings), 'thing')} can be repaired."
    else:
        head = "Some things are not as they should be, and nothing can be done about them."
    return head, "\n".join(f"{finding.text}\n     → {finding.remedy}" for finding in report.findings)


def of_repair_to_come(running: int) -> str:
    """What a repair does; `running`: answers that are coming."""
    if not running:
        return _REPAIR
    return f"{_REPAIR} {'The answer that is coming is' if running == 1 else f'{running} answers are'} stopped."


def of_repaired(report: Report) -> str:
    """What a repair did."""
    done = " ".join(finding.text for finding in report.findings if finding.mended)
    saved = f" {report.salvaged.sentence}" if report.salvaged is not None else ""
    kept = f" The file as it was is kept: {report.kept.name}" if report.kept is not None else ""
    return f"The history was repaired. {done}{saved}{kept}"
