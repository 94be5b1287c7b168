#!/usr/bin/python3
"""The check of settings finds each kind of fault, and nothing where all is told. Run by `make check`."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("check-settings.py")
TOLD = {
    "plugin/settings/eas-settings.c": """
	DEF(TIME, eas_interval),
	DEF(STR, eas_base),
	DEF(BOOL, eas_strict),
	.eas_interval = 59*60,
	.eas_base = "",
	.eas_strict = FALSE,
""",
    "conf.d/20-eas.conf": "#eas_interval = 59 mins\n#eas_base = ou=people\n#eas_strict = no\n",
    "doc/dovecot-eas.7": ".It Sy eas_interval No (59 mins)\n.It Sy eas_base No (empty) , Sy eas_strict No (no)\n",
}


def run(changes):
    with tempfile.TemporaryDirectory() as directory:
        for name, text in {**TOLD, **changes}.items():
            path = pathlib.Path(directory, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        result = subprocess.run([sys.executable, SCRIPT, directory], capture_output=True, text=True)
    return result.returncode, result.stdout


class CheckSettings(unittest.TestCase):
    def assert_fault(self, name, old, new, expected):
        code, output = run({name: TOLD[name].replace(old, new)})
        self.assertIn(expected, output)
        self.assertEqual(code, 1)

    def test_what_is_told_passes(self):
        self.assertEqual(run({}), (0, "3 settings are explained\n"))

    def test_what_is_not_told(self):
        self.assert_fault("doc/dovecot-eas.7", "eas_base", "eas_other", "does not explain eas_base")
        self.assert_fault("conf.d/20-eas.conf", "eas_strict", "eas_other", "does not name eas_strict")

    def test_what_there_is_not(self):
        self.assert_fault("conf.d/20-eas.conf", "#eas_base", "#eas_odd = 1\n#eas_base", "no source has the setting eas_odd")

    def test_other_defaults(self):
        self.assert_fault("conf.d/20-eas.conf", "59 mins", "58 mins", "20-eas.conf says that eas_interval is (58 mins)")
        self.assert_fault("doc/dovecot-eas.7", "(no)", "(yes)", "dovecot-eas.7 says that eas_strict is (yes)")


if __name__ == "__main__":
    unittest.main()
