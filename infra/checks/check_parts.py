"""Checks parts lists against CycloneDX's own schema, strictly. Run by `cargo xtask test --infra` with the files as arguments."""

import json
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

broken = 0
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    document = json.loads(text)
    version = SchemaVersion.from_version(document["specVersion"])
    error = JsonStrictValidator(version).validate_str(text)
    if error is not None:
        broken += 1
        print(f"error: `{path}` is no CycloneDX {document['specVersion']}\n  Caused by: {error}", file=sys.stderr)
    elif not document.get("components"):
        broken += 1
        print(f"error: `{path}` names no part", file=sys.stderr)
    else:
        print(f"`{path}`: {len(document['components'])} parts")
sys.exit(1 if broken else 0)
