"""What is in a file, and what an import did, in words."""

from __future__ import annotations

from chat_studio.exchange.importing import ImportReport, Preview, Sample
from chat_studio.exchange.progress import Progress
from chat_studio.ui.widgets.wording import counted, day, days, size


def of_preview(found: Preview) -> tuple[str, str]:
    """What is in the file, and what to know of it."""
    if not found.conversations:
        return "Nothing in this file can be taken.", ""
    facts = [counted(found.conversations, "conversation"), counted(found.messages, "message")]
    facts += [counted(found.images, "image")] if found.images else []
    about = [f"From {days(found.first, found.last)}."] if found.first and found.last else []
    if found.known:
        known = "All of them are" if found.known == found.conversations else f"{found.known:,} of them are"
        about.append(f"{known} here already: of these only messages are taken that are missing.")
    return f"{found.program}: {', '.join(facts)}", " ".join(about)


def of_sample(sample: Sample) -> tuple[str, str]:
    """A conversation of the preview: its name, and what is told beside it."""
    facts = [counted(sample.messages, "message"), day(sample.created_at)]
    return sample.title or "Untitled", " · ".join(["here already", *facts] if sample.is_known else facts)


def of_reading(progress: Progress) -> str:
    done = f"{size(progress.done)} of {size(progress.total)}"
    return f"{counted(progress.conversations, 'conversation')}, {done}"


def of_report(report: ImportReport, *, stopped: bool) -> tuple[str, str]:
    """What was done, and the rest of the numbers."""
    new = report.added + report.updated + report.restored
    if new:
        head = f"{counted(report.messages, 'message')} in {counted(new, 'conversation')} taken."
    else:
        head = "Nothing new was taken."
    if stopped:
        head = f"Stopped. {head}"
    parts = [
        (report.added, "new"),
        (report.updated, "updated with messages that were missing"),
        (report.restored, "brought back that had been deleted"),
        (report.known, "skipped: they were here already"),
    ]
    lines = [f"{number:,} {label}" for number, label in parts if number]
    if not report.is_complete:
        lines.append("The rest of the file was not read. Import it again to go on: what is here is skipped.")
    return head, "\n".join(lines)


def of_losses(count: int) -> str:
    """The heading of what was, or will be, left out."""
    return f"Not taken: {counted(count, 'reason')}"
