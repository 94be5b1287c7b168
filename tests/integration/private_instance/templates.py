"""Configuration files from tests/fixtures/private-instance/*.in: @NAME@ is replaced, an unknown one refused."""
from __future__ import annotations

import re
from pathlib import Path

DIRECTORY = Path(__file__).resolve().parents[2] / 'fixtures/private-instance'


def fill(name: str, values: dict[str, object]) -> str:
    text = (DIRECTORY / f'{name}.in').read_text(encoding='utf-8')
    return fill_text(text, values)


def fill_text(text: str, values: dict[str, object]) -> str:
    return re.sub(r'@([A-Z_]+)@', lambda match: str(values[match.group(1)]), text)
