"""What a turn begins with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from chat_studio.chat.context import messages_for
from chat_studio.history.branch import Branch
from chat_studio.history.records import ConversationRecord, MessageRecord, MessageState
from chat_studio.history.rows import now
from chat_studio.messages import Message, Part, Role

GO_ON = "Go on exactly where your last message stopped. Do not repeat anything of it, and do not comment on this."
"""What a model is asked for the rest of an answer that was cut short."""


@dataclass(frozen=True)
class Ask:
    """`new` messages to store, the last of them the empty answer; `branch` is what is asked, root to question.

    `goes_on` asks for the rest of an answer: the part that came stands at the end of the branch, and in the answer.
    A `queued` question leaves the queue in the moment in which it is stored.
    """

    new: tuple[MessageRecord, ...]
    branch: Branch
    goes_on: bool = False
    queued: bool = False

    @property
    def answer(self) -> MessageRecord:
        return self.new[-1]

    @property
    def shown(self) -> Branch:
        """The branch as it is shown from now on: ends with the answer."""
        shown = self.branch[: len(self.branch) - 1] if self.goes_on else self.branch.copy()
        shown.append(self.answer)
        return shown

    def messages(self, system: str) -> tuple[Message, ...]:
        """What the model gets to read."""
        if not self.goes_on:
            return messages_for(self.branch, system)
        *before, answer = self.branch
        unfinished = replace(answer, state=MessageState.STOPPED)  # a failed answer is left out of requests otherwise
        return (*messages_for([*before, unfinished], system), Message.of(Role.USER, GO_ON))


def new_message(
    conversation: ConversationRecord, role: Role, parent_id: str | None, parts: tuple[Part, ...] = ()
) -> MessageRecord:
    return MessageRecord(uuid.uuid4().hex, conversation.id, parent_id, Message(role=role, parts=parts), now())


def new_answer(
    conversation: ConversationRecord,
    parent_id: str | None,
    connection_id: str,
    model: str,
    parts: tuple[Part, ...] = (),
) -> MessageRecord:
    """An answer that begins to stream; `parts` is what there is of it already."""
    answer = new_message(conversation, Role.ASSISTANT, parent_id, parts)
    return replace(answer, state=MessageState.STREAMING, connection_id=connection_id, model=model)
