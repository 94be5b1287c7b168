#!/usr/bin/python3
"""The layering check finds each kind of violation, and nothing in a tree that obeys. Run by `make check`."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("check-layers.py")
OBEDIENT = {
    "src/sources.am": "x = src/base/text.h src/wbxml/tag.h src/commands/ping.h src/session/session.h\n",
    "src/base/text.h": "// Text.\n#include <string>\n",
    "src/wbxml/tag.h": '// Tags.\n#include "base/text.h"\n',
    "src/session/session.h": '// Session.\n#include "base/text.h"\n',
    "src/commands/ping.h": '// Ping.\n#include "session/session.h"\n',
    "plugin/sources.am": "x = plugin/eas/module.cc plugin/compat/dovecot.h\n",
    "plugin/compat/dovecot.h": '// Gate.\n#include "lib.h"\n',
    "plugin/eas/module.cc": '// Module.\n#include "compat/dovecot.h"\n#include "base/text.h"\n',
}


def run(changes):
    with tempfile.TemporaryDirectory() as directory:
        for name, text in {**OBEDIENT, **changes}.items():
            path = pathlib.Path(directory, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        result = subprocess.run([sys.executable, SCRIPT, directory], capture_output=True, text=True)
    return result.returncode, result.stdout


class CheckLayers(unittest.TestCase):
    def assert_violation(self, changes, expected):
        code, output = run(changes)
        self.assertIn(expected, output)
        self.assertEqual(code, 1)

    def test_an_obedient_tree_passes(self):
        self.assertEqual(run({}), (0, "6 files, 0 violations\n"))

    def test_a_lower_layer_must_not_include_a_higher_one(self):
        self.assert_violation({"src/base/text.h": '// Text.\n#include "wbxml/tag.h"\n'},
                              'src/base/text.h:2: base must not include wbxml ("wbxml/tag.h")')

    def test_commands_must_not_include_stores(self):
        self.assert_violation({"src/stores/files.h": "// Files.\n",
                               "src/commands/ping.h": '// Ping.\n#include "stores/files.h"\n'},
                              "src/commands/ping.h:2: commands must not include stores")

    def test_src_must_not_include_dovecot(self):
        self.assert_violation({"src/base/text.h": '// Text.\n#include "lib.h"\n'},
                              'src/base/text.h:2: "lib.h" is not a file of src/')
        self.assert_violation({"src/base/text.h": "// Text.\n#include <dovecot/lib.h>\n"},
                              "src/base/text.h:2: includes Dovecot's <dovecot/lib.h>")

    def test_a_circle_is_found(self):
        self.assert_violation({"src/base/text.h": '// Text.\n#include "base/time.h"\n',
                               "src/base/time.h": '// Time.\n#include "base/text.h"\n'},
                              "circle of includes in src/: base/text.h -> base/time.h -> base/text.h")

    def test_the_module_reaches_dovecot_through_compat_only(self):
        self.assert_violation({"plugin/eas/module.cc": '// Module.\n#include "mail-user.h"\n'},
                              'plugin/eas/module.cc:2: "mail-user.h" is not a file of this project')

    def test_an_unlisted_file_is_found(self):
        self.assert_violation({"src/base/time.h": "// Time.\n"}, "src/base/time.h: not listed in a sources.am")

    def test_a_file_without_a_head_is_found(self):
        self.assert_violation({"src/base/text.h": "#pragma once\n"}, "src/base/text.h:1: no comment at the head")

    def test_two_classes_of_one_name_are_found(self):
        row = "namespace eas {\nstruct Row {\n    int a;\n};\n} // namespace eas\n"
        self.assert_violation({"src/base/text.h": "// Text.\n" + row,
                               "src/commands/ping.h": "// Ping.\ninline namespace eas {\nclass Row final : Base {};\n} // namespace eas\n"},
                              "eas::Row is defined in src/base/text.h and in src/commands/ping.h")

    def test_classes_of_one_name_may_be_unnamed_or_elsewhere(self):
        row = "namespace eas {\n%s{\nstruct Row {\n    int a;\n};\n} // namespace\n} // namespace eas\n"
        self.assertEqual(run({"src/base/text.h": "// Text.\n" + row % "namespace ",
                              "src/commands/ping.h": "// Ping.\n" + row % "namespace ",
                              "src/wbxml/tag.h": "// Tags.\n" + row % "namespace tags ",
                              "src/session/session.h": "// Session.\nnamespace eas {\nstruct Row;\n} // namespace eas\n"})[0], 0)


if __name__ == "__main__":
    unittest.main()
