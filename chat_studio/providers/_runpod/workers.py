"""What a queue of RunPod tells of its workers."""

from __future__ import annotations

from chat_studio.providers._wire import json_values

_STATES = {
    "running": "busy",
    "idle": "idle",
    "initializing": "starting",
    "throttled": "waiting for a machine",
    "unhealthy": "failing",
}


def waiting(health: json_values.Object) -> str:
    """What to tell before a question that no worker can take at once, "" if one can or nobody knows."""
    workers = json_values.mapping(health.get("workers"))
    if not workers or any(json_values.count(workers.get(state)) for state in ("ready", "idle", "running")):
        return ""
    if json_values.count(workers.get("throttled")):
        return "RunPod has no free machine for a worker of this endpoint at the moment; the question waits for one."
    return "RunPod is starting a worker: the answer begins when the model is loaded, which can take minutes."


def summary(health: json_values.Object) -> str:
    """The workers and jobs, those there are."""
    workers, jobs = json_values.mapping(health.get("workers")), json_values.mapping(health.get("jobs"))
    if not workers:
        return ""
    told = [f"{count} {name}" for state, name in _STATES.items() if (count := json_values.count(workers.get(state)))]
    queued = json_values.count(jobs.get("inQueue"))
    queue = f"; {queued} job{'' if queued == 1 else 's'} waiting" if queued else ""
    if not told:
        return f"No worker is running: the first question starts one, which can take minutes{queue}."
    return f"Workers: {', '.join(told)}{queue}."
