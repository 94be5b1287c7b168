#!/usr/bin/python3
"""Compares the settings in plugin/settings/*.c with what admins read of them, so that neither drifts.

1. Each setting has an entry (`.It Sy name No (default)`) in doc/dovecot-eas.7 and is named in conf.d/20-eas.conf.
2. Neither of them names an eas_ setting that there is not.
3. Defaults are the same: where the source has one, conf.d shows it behind a '#'; where it has none, conf.d may show an
   example.

Prints one line a fault and exits with 1. `make check` runs it.
"""

import pathlib
import re
import sys

UNITS = {"": 1, "s": 1, "sec": 1, "secs": 1, "min": 60, "mins": 60, "hour": 3600, "hours": 3600, "day": 86400, "days": 86400,
         "week": 604800, "weeks": 604800, "k": 1 << 10, "kb": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "g": 1 << 30}
NAME = r"eas_[a-z0-9_]+"


def normal(kind, text):
    """A value in the form in which both sides can be compared."""
    text = text.strip()
    if kind == "BOOL":
        return {"TRUE": "yes", "FALSE": "no"}.get(text, text.lower())
    if kind in ("UINT", "TIME", "SIZE"):
        if match := re.fullmatch(r"([0-9][0-9*() ]*?)\s*([a-zA-Z]*)", text):
            number = 1
            for factor in re.findall(r"\d+", match[1]):
                number *= int(factor)
            return str(number * UNITS.get(match[2].lower(), 0))
    text = text.strip('"')
    return text.split(":")[0] if kind == "ENUM" else text  # the first of the values that there are


def settings(root):
    """Name -> (kind, default)."""
    found = {}
    for path in sorted((root / "plugin/settings").glob("*.c")):
        text = path.read_text(encoding="utf-8")
        for kind, name in re.findall(rf"^\s*DEF\((\w+), ({NAME})\)", text, re.M):
            default = re.search(rf"^\s*\.{name} = ((?:\"(?:[^\"\\]|\\.)*\"\s*)+|[^,\n]*),", text, re.M)
            value = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', default[1])) if default and '"' in default[1] else None
            found[name] = (kind, normal(kind, default[1] if value is None else value.replace(r"\\", "\\")) if default else "")
    for path in sorted((root / "plugin/settings").glob("*.def")):
        text = path.read_text(encoding="utf-8")
        for kind, name, default in re.findall(r"^EAS_POLICY_(BOOL|NUMBER|LIMIT|LIST)\((\w+), (\w+)", text, re.M):
            kind = {"BOOL": "BOOL", "NUMBER": "UINT"}.get(kind, "STR")
            found[f"eas_policy_{name}"] = (kind, "" if kind == "STR" else normal(kind, default))
    return found


def manual(root):
    """Name -> default as the man page says it; None where it says none."""
    found = {}
    for line in (root / "doc/dovecot-eas.7").read_text(encoding="utf-8").splitlines():
        if line.startswith(".It Sy eas_"):
            names = []
            for name, default in re.findall(rf"({NAME})|No \( ?(?:Pa )?(.*?) ?\)(?= ?,|$)", line):
                if name:
                    names.append(name)
                else:
                    found.update((each, default) for each in names)
                    names = []
            found.update((each, None) for each in names)
    return found


def twice(root):
    """The settings that the man page has more than one entry for."""
    entries = [line for line in (root / "doc/dovecot-eas.7").read_text(encoding="utf-8").splitlines() if line.startswith(".It Sy eas_")]
    names = re.findall(NAME, "\n".join(entries))
    return sorted({name for name in names if names.count(name) > 1})


def faults(root):
    known, told = settings(root), manual(root)
    for name in twice(root):
        yield f"doc/dovecot-eas.7 explains {name} twice"
    sample = (root / "conf.d/20-eas.conf").read_text(encoding="utf-8")
    shown = dict(re.findall(rf"^#({NAME}) =(.*)$", sample, re.M))
    named = set(re.findall(rf"\b({NAME})\b", sample))
    for name, (kind, default) in known.items():
        if name not in told:
            yield f"doc/dovecot-eas.7 does not explain {name}"
        elif told[name] is not None and normal(kind, re.sub(r"^empty$", "", told[name])) != default:
            yield f"doc/dovecot-eas.7 says that {name} is ({told[name]}), the source has ({default})"
        if name not in named:
            yield f"conf.d/20-eas.conf does not name {name}"
        elif default and name in shown and normal(kind, shown[name]) != default:
            yield f"conf.d/20-eas.conf says that {name} is ({shown[name].strip()}), the source has ({default})"
    for name in sorted((set(told) | set(shown)) - set(known)):
        yield f"no source has the setting {name}"


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    found = list(faults(root))
    print("\n".join(found) if found else f"{len(settings(root))} settings are explained")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
