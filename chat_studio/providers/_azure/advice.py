"""What to do about the failures of Azure OpenAI."""

from __future__ import annotations

from chat_studio.errors import ContentFiltered, ModelNotFound, Unauthorized, WrongAddress
from chat_studio.providers._wire.advice import Advice

_PORTAL = "https://ai.azure.com"
_VERSION = "Set the connection's API version to 2024-10-21, or use the address ending in /openai/v1."

NAME_ONE = f"Give the name of a deployment of this resource, not that of a model; {_PORTAL} lists them."

ADVICE = Advice(
    {"api version": _VERSION, "api-version": _VERSION},
    {
        Unauthorized: "Copy a key of this very resource from “Keys and Endpoint” in the Azure portal: a key of another "
        "resource, or the address of another one, is refused like this. A token of Entra ID lasts about an hour.",
        ModelNotFound: f"{NAME_ONE} A new one answers after some minutes.",
        WrongAddress: "Paste the endpoint as the Azure portal shows it, such as https://NAME.openai.azure.com, or the "
        "whole address of a deployment; with the latter check the api-version.",
        ContentFiltered: f"Say it differently. How strict the filter is can be set for a deployment, at {_PORTAL}.",
    },
)
