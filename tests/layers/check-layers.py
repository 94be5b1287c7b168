#!/usr/bin/python3
"""Enforces the layers of doc/architecture.md ("Who may include whom").

1. A file in src/ includes only its own layer and the layers below it, and nothing of Dovecot.
2. The files of src/ do not include each other in a circle.
3. In plugin/, C++ reaches Dovecot's headers only through plugin/compat/.
4. Every source file of src/ and plugin/ is listed in a sources.am, so that it is built and distributed.
5. Every source file of src/ and plugin/ says at its head what it is for.
6. No two of them define a class of the same name, unless in unnamed namespaces: the linker would take one for the other.

Run by `make check`; prints one line a violation and exits with 1.
"""

import pathlib
import re
import sys

# What a layer may include besides itself. Three siblings (mapping, sync, device) stand between items and
# commands; ports are the outside as commands see it, stores implement some of them.
LAYERS = {
    "base": set(),
    "wbxml": {"base"},
    "schema": {"base", "wbxml"},
    "items": {"base", "wbxml", "schema"},
    "ports": {"base", "items"},
    "mapping": {"base", "wbxml", "schema", "items", "ports"},
    "device": {"base", "wbxml", "schema", "items", "ports"},
    "sync": {"base", "wbxml", "schema", "items", "ports", "device"},
    "stores": {"base", "wbxml", "schema", "items", "ports", "mapping"},
    "session": {"base", "items", "ports", "device"},
    "services": {"base", "wbxml", "schema", "items", "ports", "mapping", "sync", "device", "session"},
    "commands": {"base", "wbxml", "schema", "items", "ports", "mapping", "sync", "device", "session", "services"},
    "web": {"base", "ports", "device"},
    "request": {"base", "wbxml", "schema", "items", "ports", "mapping", "sync", "device", "session", "services", "commands",
                "web"},
}

SOURCE_SUFFIXES = {".h", ".cc", ".c", ".def"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)


def source_files(directory):
    return sorted(p for p in directory.rglob("*") if p.suffix in SOURCE_SUFFIXES and not p.name.startswith("."))


def includes(path):
    """(line number, '"' or '<', name) of each #include."""
    text = path.read_text(encoding="utf-8")
    return [(text.count("\n", 0, m.start(2)) + 1, m[1], m[2]) for m in INCLUDE.finditer(text)]


def check_includes_of_src(root):
    src = root / "src"
    for path in source_files(src):
        name = path.relative_to(src)
        layer = name.parts[0]
        if layer not in LAYERS:
            yield f"src/{name}: the layer {layer} is not known to tests/layers/check-layers.py"
            continue
        for line, quote, included in includes(path):
            where = f"src/{name}:{line}"
            if quote == "<":
                if included.startswith("dovecot"):
                    yield f"{where}: includes Dovecot's <{included}>"
                continue
            if not (src / included).is_file():
                generated = included == "eas-config.h"
                if not generated:
                    yield f'{where}: "{included}" is not a file of src/ (paths start at src/)'
                continue
            target = pathlib.PurePath(included).parts[0]
            if target != layer and target not in LAYERS[layer]:
                yield f'{where}: {layer} must not include {target} ("{included}")'


def check_circles(root):
    src = root / "src"
    graph = {
        str(path.relative_to(src)): [n for _, quote, n in includes(path) if quote == '"' and (src / n).is_file()]
        for path in source_files(src)
    }
    done, open_files = set(), []

    def visit(name):
        if name in done:
            return
        if name in open_files:
            yield "circle of includes in src/: " + " -> ".join(open_files[open_files.index(name):] + [name])
            return
        open_files.append(name)
        for included in graph[name]:
            yield from visit(included)
        open_files.pop()
        done.add(name)

    for name in graph:
        yield from visit(name)


def check_includes_of_plugin(root):
    plugin = root / "plugin"
    for path in source_files(plugin):
        name = path.relative_to(plugin)
        if name.parts[0] == "compat" or path.suffix == ".c":
            continue  # compat/ is the gate; C includes Dovecot's headers as Dovecot does
        if path.suffix == ".h" and path.with_suffix(".c").is_file():
            continue  # the header of a C file
        for line, quote, included in includes(path):
            ours = any((base / included).is_file() for base in (root / "src", root, plugin, path.parent))
            if quote == '"' and not ours and included != "eas-config.h":
                yield (f'plugin/{name}:{line}: "{included}" is not a file of this project; '
                       "C++ includes Dovecot's headers through plugin/compat/ only")


def check_listed(root):
    listed = set()
    for makefile in root.glob("*/sources.am"):
        listed.update(re.findall(r"(?:src|plugin)/[\w./-]+", makefile.read_text(encoding="utf-8")))
    for directory in ("src", "plugin"):
        for path in source_files(root / directory):
            name = str(path.relative_to(root))
            if name not in listed:
                yield f"{name}: not listed in a sources.am"


def check_heads(root):
    for directory in ("src", "plugin"):
        for path in source_files(root / directory):
            first = path.read_text(encoding="utf-8").lstrip().split("\n", 1)[0]
            if not first.startswith(("//", "/*")):
                yield f"{path.relative_to(root)}:1: no comment at the head that says what the file is for"


def defined_classes(path):
    """Names with their namespaces, as this project writes them: at the begin of a line."""
    namespaces = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if opened := re.match(r"(?:inline )?namespace\s*([\w:]*)\s*{", line):
            namespaces.append(opened[1])
        elif line.startswith("} // namespace"):
            namespaces.pop()
        elif (defined := re.match(r"(?:class|struct) (\w+)(?: final)?(?: :[^;{]*)?(?:\s*{.*)?$", line)) and "" not in namespaces:
            yield "::".join([*namespaces, defined[1]])


def check_classes(root):
    places = {}
    for directory in ("src", "plugin"):
        for path in source_files(root / directory):
            if path.suffix in (".h", ".cc"):
                for name in defined_classes(path):
                    places.setdefault(name, []).append(str(path.relative_to(root)))
    for name, files in places.items():
        if len(files) > 1:
            yield f"{name} is defined in {' and in '.join(files)}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2])
    checks = (check_includes_of_src, check_circles, check_includes_of_plugin, check_listed, check_heads, check_classes)
    violations = [line for check in checks for line in check(root)]
    for line in violations:
        print(line)
    print(f"{len(source_files(root / 'src')) + len(source_files(root / 'plugin'))} files, "
          f"{len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
