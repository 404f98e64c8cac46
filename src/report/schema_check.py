#!/usr/bin/env python3
"""schema_check.py SCHEMA FILE...: does each FILE hold what SCHEMA says, all of
it, and nothing that SCHEMA does not name? And does format.md, beside SCHEMA,
explain every word of it?

Exit status: 0 yes, 1 no (and why, a line a fault), 77 python3-jsonschema is
not installed.
"""
import copy
import json
import os
import re
import sys

try:
    import jsonschema
except ImportError:
    print("schema_check.py: python3-jsonschema is not installed", file=sys.stderr)
    sys.exit(77)


# Members of the whole that only one of the commands prints.
OPTIONAL = ["check"]


def walk(schema):
    """Every object within the schema."""
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from walk(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from walk(inner)


def strict(schema):
    """Members may be added later: today there are none."""
    closed = copy.deepcopy(schema)
    for part in walk(closed):
        if part.get("additionalProperties") is True:
            part["additionalProperties"] = False
    return closed


def faults_of_schema(schema):
    """What product.md promises: all members always, more of them some day."""
    for part in walk(schema):
        if isinstance(part.get("properties"), dict) and "type" in part:
            always = list(part["properties"])
            if part is schema:
                always = [key for key in always if key not in OPTIONAL]
            if part.get("required") != always:
                yield "not all required: %s" % list(part["properties"])
            if part.get("additionalProperties") is not True:
                yield "closed: %s" % list(part["properties"])


def words_of(schema):
    """Every member's name and every word that is a value."""
    for part in walk(schema):
        if isinstance(part.get("properties"), dict) and "type" in part:
            yield from part["properties"]
        if isinstance(part.get("enum"), list):
            yield from (word for word in part["enum"] if isinstance(word, str))


def faults_of_documentation(schema, path):
    with open(path, encoding="utf-8") as file:
        code = re.findall(r"`([^`\n]+)`", file.read())
    explained = {word for piece in code for word in re.split(r"[^a-z0-9_-]+", piece)}
    for word in sorted(set(words_of(schema)) - explained):
        yield "does not explain: %s" % word


def no_twins(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("the same member twice: %s" % keys)
    return dict(pairs)


def faults_of_order(value, schema, root, where="$"):
    """Members stand in the order of the schema, which is the documentation's."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    for choice in schema.get("anyOf", []):
        yield from faults_of_order(value, choice, root, where)
    if isinstance(value, dict) and "properties" in schema:
        known = [key for key in schema["properties"]
                 if key in value or schema is not root or key not in OPTIONAL]
        if list(value) != known:
            yield "%s: members in the order %s" % (where, list(value))
        for key, inner in schema["properties"].items():
            if key in value:
                yield from faults_of_order(value[key], inner, root, where + "." + key)
    elif isinstance(value, list) and "items" in schema:
        for i, entry in enumerate(value):
            yield from faults_of_order(entry, schema["items"], root, "%s[%d]" % (where, i))


def faults(schema, path):
    with open(path, encoding="utf-8", errors="strict") as file:
        document = json.load(file, object_pairs_hook=no_twins)
    validator = jsonschema.Draft202012Validator(
        strict(schema), format_checker=jsonschema.FormatChecker())
    for error in validator.iter_errors(document):
        while error.context:
            error = max(error.context, key=lambda inner: len(inner.path))
        yield "%s: %s" % (error.json_path, error.message)
    yield from faults_of_order(document, schema, schema)


def main(schema_path, *paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file, object_pairs_hook=no_twins)
    jsonschema.Draft202012Validator.check_schema(schema)
    found = ["%s: %s" % (schema_path, fault) for fault in faults_of_schema(schema)]
    document = os.path.join(os.path.dirname(schema_path), "format.md")
    found += ["%s: %s" % (document, fault) for fault in faults_of_documentation(schema, document)]
    for path in paths:
        try:
            found += ["%s: %s" % (path, fault) for fault in faults(schema, path)]
        except ValueError as error:
            found.append("%s: %s" % (path, error))
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
