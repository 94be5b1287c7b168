#!/usr/bin/python3
"""Compares doc/conformance.md with the command table and the tests, so that it cannot drift.

1. Under "## Commands" each command of src/commands/command-table.cc has a heading "### Name (since)" and no other
   command has; the commands that the query knows (src/session/request-line.cc) and that are not in the table are the
   rows of "## Missing commands".
2. In each table with the columns What, Since, State and Shown by: a row that works, or works partly, names at least
   one test; a row that is missing names none; the version is one that we speak and not older than the command.
3. Each test that is named exists: `test_file.py::test_name` is a function in tests/integration/, `suite/case` a
   Boost.Test case in tests/.
4. Each tests/integration/test_*.py is named at least once: new tests are described, or the description is old.
5. Each element that an item has a row for in its schema (src/items/) is named.

Run by `make check`; prints one line a fault and exits with 1.
"""

import ast
import pathlib
import re
import sys

VERSIONS = ["12.1", "14.0", "14.1", "16.0", "16.1"]
STATES = {"works", "partly", "missing"}
COLUMNS = ["What", "Since", "State", "Shown by"]


def command_table(root):
    """Name -> version of each row."""
    text = (root / "src/commands/command-table.cc").read_text(encoding="utf-8")
    return {m[1]: f"{m[2]}.{m[3]}" for m in re.finditer(r'Command\{\s*"(\w+)",\s*v(\d+)_(\d+)', text)}


def known_commands(root):
    """Every command that the protocol has, from the table of codes."""
    text = (root / "src/session/request-line.cc").read_text(encoding="utf-8")
    tables = re.findall(r"\bcommand(?:_codes|s_without_code)\[\] = \{(.*?)\};", text, re.DOTALL)
    return set(re.findall(r'"(\w+)"', "".join(tables)))


def item_elements(root):
    """Names of the elements that items are read and written with, and where."""
    for path in sorted((root / "src/items").glob("*.h")):
        for name in re.findall(r"(?:property|list)\(Tag::\w+?_(\w+)", path.read_text(encoding="utf-8")):
            yield name, path.relative_to(root)


def python_tests(root):
    """"test_file.py::test_name" of each test function."""
    for path in sorted((root / "tests/integration").glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{path.name}::{node.name}"


def boost_tests(root):
    """"suite/case" of each Boost.Test case; nested suites give "outer/inner/case"."""
    macro = re.compile(r"BOOST_\w*TEST_(SUITE_END|SUITE|CASE\w*)\(\s*(\w*)")
    for path in sorted((root / "tests").rglob("*.cc")):
        suites = []
        for kind, name in macro.findall(path.read_text(encoding="utf-8")):
            if kind == "SUITE_END":
                suites.pop()
            elif kind == "SUITE":
                suites.append(name)
            else:
                yield "/".join(suites + [name])


class Document:
    """doc/conformance.md: headings and table rows with their line numbers."""

    def __init__(self, path):
        self.commands = {}          # name -> (line, since)
        self.missing_commands = {}  # name -> line
        self.rows = []              # (line, what, since, state, shown by, the command's version or None)
        self.faults = []
        section, command, columns = "", None, None
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("## "):
                section, command, columns = line[3:].strip(), None, None
            elif line.startswith("### "):
                columns = None
                heading = re.fullmatch(r"(\w+) \((\d+\.\d+)\)", line[4:].strip())
                if section == "Commands" and not heading:
                    self.fault(number, 'a heading below "## Commands" is "### Name (version)"')
                elif section == "Commands":
                    command = heading[1]
                    self.commands[command] = (number, heading[2])
            elif line.startswith("|"):
                cells = [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
                if columns is None:
                    columns = cells
                elif not set(line) <= set("|-: "):
                    self.row(number, section, command, columns, cells)
            else:
                columns = None

    def fault(self, line, text):
        self.faults.append(f"doc/conformance.md:{line}: {text}")

    def row(self, number, section, command, columns, cells):
        if len(cells) != len(columns):
            self.fault(number, f"{len(cells)} cells in a table of {len(columns)} columns")
        elif section == "Missing commands":
            self.missing_commands[cells[0]] = number
        elif columns == COLUMNS:
            self.rows.append((number, *cells, self.commands[command][1] if command else None))
        else:
            self.fault(number, "columns of a table are " + ", ".join(COLUMNS))


def check_commands(document, table, known):
    for name, since in table.items():
        if name not in document.commands:
            document.fault(1, f'{name} is in the command table, but has no heading below "## Commands"')
        elif document.commands[name][1] != since:
            line, written = document.commands[name]
            document.fault(line, f"{name} is since {written} here and since {since} in the command table")
        if name in document.missing_commands:
            document.fault(document.missing_commands[name], f"{name} is not missing: it is in the command table")
    for name, (line, _) in document.commands.items():
        if name not in table:
            document.fault(line, f"{name} is not in the command table")
    for name in sorted(known - set(table) - set(document.missing_commands)):
        document.fault(1, f'{name} is neither in the command table nor below "## Missing commands"')
    for name in sorted(set(document.missing_commands) - known):
        document.fault(document.missing_commands[name], f"{name} is not a command of the protocol")


def check_rows(document, tests):
    named = set()
    for line, _, since, state, shown_by, oldest in document.rows:
        if since not in VERSIONS:
            document.fault(line, f'"{since}" is not a version that we speak')
        elif oldest in VERSIONS and VERSIONS.index(since) < VERSIONS.index(oldest):
            document.fault(line, f"older than its command ({oldest})")
        if state not in STATES:
            document.fault(line, f'"{state}" is not one of ' + ", ".join(sorted(STATES)))
        names = re.findall(r"`([^`]+)`", shown_by)
        if state == "missing" and names:
            document.fault(line, "is missing, but names a test")
        if state in ("works", "partly") and not names:
            document.fault(line, f"{state}, but no test shows it")
        for name in names:
            if name not in tests:
                document.fault(line, f"there is no test {name}")
        named.update(names)
    return named


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2])
    document = Document(root / "doc/conformance.md")
    tests = set(python_tests(root)) | set(boost_tests(root))
    check_commands(document, command_table(root), known_commands(root))
    named = check_rows(document, tests)
    for path in sorted((root / "tests/integration").glob("test_*.py")):
        if not any(name.startswith(path.name + "::") for name in named):
            document.fault(1, f"no test of tests/integration/{path.name} is named")
    words = set(re.findall(r"\w+", (root / "doc/conformance.md").read_text(encoding="utf-8")))
    for name, where in item_elements(root):
        if name not in words:
            document.fault(1, f"the element {name} ({where}) is not named")
    for fault in document.faults:
        print(fault)
    print(f"{len(document.commands)} commands, {len(document.rows)} rows, {len(named)} of {len(tests)} tests named, "
          f"{len(document.faults)} faults")
    return 1 if document.faults else 0


if __name__ == "__main__":
    sys.exit(main())
