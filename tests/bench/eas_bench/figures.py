"""What was measured, beside what was promised."""
from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass, field
from typing import Optional, Sequence


@dataclass
class Figure:
    name: str
    value: float
    unit: str                       # '' for a ratio or a count
    at_most: Optional[float] = None  # the target; None: for information
    note: str = ''

    def verdict(self) -> str:
        if self.at_most is None:
            return ''
        return 'met' if self.value <= self.at_most else 'MISSED'


@dataclass
class Table:
    figures: list[Figure] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str = '', at_most: Optional[float] = None, note: str = '') -> None:
        figure = Figure(name, value, unit, at_most, note)
        self.figures.append(figure)
        print('   ' + '  '.join(part for part in _row(figure) if part), file=sys.stderr, flush=True)

    def text(self) -> str:
        rows = [['figure', 'measured', 'target', '', 'note']] + [_row(figure) for figure in self.figures]
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        lines = ['  '.join(_aligned(row[column], widths[column], column) for column in range(5)).rstrip()
                 for row in rows]
        lines.insert(1, '-' * max(map(len, lines)))
        return '\n'.join(lines)


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column in (1, 2) else cell.ljust(width)


def _row(figure: Figure) -> list[str]:
    target = '' if figure.at_most is None else '<= ' + _number(figure.at_most, figure.unit)
    return [figure.name, _number(figure.value, figure.unit), target, figure.verdict(), figure.note]


def _number(value: float, unit: str) -> str:
    text = f'{value:.0f}' if value == int(value) or abs(value) >= 1000 else f'{value:.2f}'
    return f'{text} {unit}'.strip()


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def high(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[int(len(values) * 0.95)]
