"""What of a suite follows from the standard: ids, severities, descriptions; written, so that nobody works them out by hand."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from redstats.files import write_bytes
from redstats.suites import suite_files
from redstats.suites.mistakes import IDS
from redstats.suites.names import SEVERITIES, Vocabulary
from redstats.suites.suite_files import Rule, name_of


def write(folder: Path, known: Vocabulary) -> dict[str, list[str]]:
    """Put right what can be derived in every suite of ``folder``; the names of the rules that changed, by file.

    A file that is no suite is left as it is: ``redstats suites check`` tells what is wrong with it.
    """
    changed = {}
    for file in suite_files.read(folder):
        if file.content is None or not isinstance(file.content.get("expectations"), list):
            continue
        before = json.dumps(file.content, ensure_ascii=False)
        head = {"name": file.path.stem, "id": str(uuid.uuid5(IDS, file.path.stem))}
        rules = [_derived(rule, file.path.stem, known) for rule in file.content["expectations"]]
        names = [
            name_of(new) for new, old in zip(rules, file.content["expectations"], strict=True) if new != old
        ]
        content = {**file.content, **head, "expectations": rules}
        if json.dumps(content, ensure_ascii=False) != before:
            text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
            write_bytes(file.path, text.encode())
            changed[file.path.name] = names
    return changed


def _derived(content: object, suite: str, known: Vocabulary) -> object:
    """A rule with what follows from the requirement, or check, that it names; anything else as it was."""
    name = name_of(content)
    if not isinstance(content, dict) or not name:
        return content
    rule = Rule(suite, name, content, known.of(suite))
    if rule.named is None and "check" not in rule.part("meta"):
        return content
    derived = dict(content)
    if rule.named is not None:
        derived["severity"] = rule.named.severity
        if derived.get("description") not in rule.named.words:
            derived["description"] = rule.named.words[-1]
    elif not rule.known.any_severity:
        derived["severity"] = SEVERITIES["should"]
    derived["id"] = str(uuid.uuid5(IDS, name if rule.named else f"{suite}/{name}"))
    return derived
