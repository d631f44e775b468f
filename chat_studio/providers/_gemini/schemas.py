"""What of JSON schema Gemini does not know, and refuses."""

from __future__ import annotations

UNKNOWN_KEYWORDS = frozenset(
    {"$schema", "$id", "$comment", "additionalProperties", "patternProperties", "propertyNames", "oneOf", "not"}
    | {"const", "default", "examples", "format", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    | {"uniqueItems", "readOnly", "writeOnly", "deprecated", "if", "then", "else", "unevaluatedProperties"}
)
