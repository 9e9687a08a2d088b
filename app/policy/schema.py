"""JSON Schema of the exam settings, made from the model: ``python -m app.policy.schema > app/policy/schema.json``."""

from __future__ import annotations

import json
import sys

from app.policy.document import ExamSettings


def schema_text() -> str:
    """The schema as it is published in schema.json."""
    schema = ExamSettings.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
