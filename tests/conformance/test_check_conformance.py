#!/usr/bin/python3
"""The conformance check finds each way in which doc/conformance.md can drift. Run by `make check`."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("check-conformance.py")
TREE = {
    "src/commands/command-table.cc": 'Command{"Sync", v12_1, Tag::X},\n    Command{"Ping", v14_0, Tag::X},\n',
    "src/session/request-line.cc": 'constexpr CommandCode command_codes[] = {\n    {0, "Sync"},\n    {18, "Ping"},\n'
                                   '};\nconstexpr x commands_without_code[] = {"Find"};\n',
    "src/items/email.h": "property(Tag::Email_Subject, &Email::subject),\n",
    "tests/integration/test_sync.py": "def test_first():\n    pass\n",
    "tests/unit/ping-test.cc": "BOOST_AUTO_TEST_SUITE(ping)\nBOOST_AUTO_TEST_CASE(waits)\nBOOST_AUTO_TEST_SUITE_END()\n",
}
HEAD = "| What | Since | State | Shown by |\n|---|---|---|---|\n"
SYNC = f"### Sync (12.1)\n{HEAD}| Subject | 12.1 | works | `test_sync.py::test_first` |\n"
PING = f"### Ping (14.0)\n{HEAD}| Waits | 14.0 | works | `ping/waits` |\n| Rests | 14.0 | missing | |\n"
MISSING = "## Missing commands\n| Command | Instead |\n|---|---|\n| Find | |\n"


def run(document, tree=None):
    with tempfile.TemporaryDirectory() as directory:
        for name, text in {**TREE, **(tree or {}), "doc/conformance.md": document}.items():
            path = pathlib.Path(directory, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        result = subprocess.run([sys.executable, SCRIPT, directory], capture_output=True, text=True)
    return result.returncode, result.stdout


class CheckConformance(unittest.TestCase):
    def assert_fault(self, document, expected, tree=None):
        code, output = run(document, tree)
        self.assertIn(expected, output)
        self.assertEqual(code, 1)

    def test_a_true_document_passes(self):
        self.assertEqual(run("## Commands\n" + SYNC + PING + MISSING),
                         (0, "2 commands, 3 rows, 2 of 2 tests named, 0 faults\n"))

    def test_a_command_that_is_not_described_is_found(self):
        self.assert_fault("## Commands\n" + SYNC + MISSING, "Ping is in the command table, but has no heading")

    def test_a_command_that_is_not_in_the_table_is_found(self):
        self.assert_fault("## Commands\n### Find (16.1)\n" + SYNC + PING, "Find is not in the command table")

    def test_another_version_is_found(self):
        self.assert_fault("## Commands\n" + SYNC + PING.replace("(14.0)", "(14.1)") + MISSING,
                          "Ping is since 14.1 here and since 14.0 in the command table")

    def test_a_command_that_works_now_is_no_longer_missing(self):
        self.assert_fault("## Commands\n" + SYNC + PING + MISSING + "| Ping | |\n", "Ping is not missing")

    def test_a_test_that_was_renamed_is_found(self):
        self.assert_fault("## Commands\n" + SYNC + PING + MISSING, "there is no test test_sync.py::test_first",
                          {"tests/integration/test_sync.py": "def test_other():\n    pass\n"})

    def test_what_works_needs_a_test_and_what_is_missing_has_none(self):
        self.assert_fault("## Commands\n" + SYNC + PING.replace("`ping/waits`", "") + MISSING, "no test shows it")
        self.assert_fault("## Commands\n" + SYNC + PING.replace("missing | |", "missing | `ping/waits` |") + MISSING,
                          "is missing, but names a test")

    def test_a_new_file_of_tests_must_be_described(self):
        self.assert_fault("## Commands\n" + SYNC + PING + MISSING, "no test of tests/integration/test_new.py is named",
                          {"tests/integration/test_new.py": "def test_new():\n    pass\n"})

    def test_a_new_element_must_be_described(self):
        self.assert_fault("## Commands\n" + SYNC + PING + MISSING, "the element Categories (src/items/task.h) is not",
                          {"src/items/task.h": "list(Tag::Tasks_Categories, Tag::Tasks_Category, &Task::x),\n"})


if __name__ == "__main__":
    unittest.main()
