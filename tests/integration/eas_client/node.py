"""The element tree of a request or an answer: E('AirSync:Sync', E('AirSync:Collections', ...))."""
from __future__ import annotations

from typing import Iterator, Optional, Union

Content = Union['Node', str, bytes, int, None, list, tuple]


class Node:
    """An element: `tag` is 'Namespace:Name'; it has children, or text, or opaque bytes, or nothing."""

    __slots__ = ('tag', 'children', 'text', 'opaque')

    def __init__(self, tag: str):
        self.tag = tag
        self.children: list[Node] = []
        self.text: Optional[str] = None
        self.opaque: Optional[bytes] = None

    @property
    def namespace(self) -> str:
        return self.tag.split(':')[0]

    @property
    def name(self) -> str:
        return self.tag.split(':')[1]

    def __iter__(self) -> Iterator['Node']:
        return iter(self.children)

    def value(self) -> str:
        """Its text; opaque bytes as UTF-8; '' for an empty element."""
        if self.opaque is not None:
            return self.opaque.decode('utf-8', 'replace')
        return self.text or ''

    def data(self) -> bytes:
        """Its bytes, however they came."""
        return self.opaque if self.opaque is not None else (self.text or '').encode()

    def find(self, path: str) -> Optional['Node']:
        """First match of 'A:b/A:c'; a step without ':' matches in any namespace."""
        return next(self.findall(path), None)

    def findall(self, path: str) -> Iterator['Node']:
        first, _, rest = path.partition('/')
        for child in self.children:
            if child.tag == first or (':' not in first and child.name == first):
                if rest:
                    yield from child.findall(rest)
                else:
                    yield child

    def get(self, path: str, default: Optional[str] = None) -> Optional[str]:
        """The value at the path; `default` if there is no such element."""
        found = self.find(path)
        return default if found is None else found.value()

    def number(self, path: str) -> Optional[int]:
        value = self.get(path)
        return None if value is None else int(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and (self.tag, self.text or '', self.opaque or b'', self.children) == \
            (other.tag, other.text or '', other.opaque or b'', other.children)

    def __repr__(self) -> str:
        return self.pretty()

    def pretty(self, indent: str = '') -> str:
        """One element a line, long values cut: for messages and the command line."""
        value = self.value()
        if len(value) > 200:
            value = f'{value[:200]}... ({len(value)} characters)'
        if not self.children:
            return f'{indent}{self.tag}' + (f' = {value!r}' if value else '')
        return '\n'.join([f'{indent}{self.tag}'] + [child.pretty(indent + '  ') for child in self.children])


def E(tag: str, *content: Content) -> Node:  # pylint: disable=invalid-name
    """Builds an element. None is left out, lists are flattened, a number is text, bytes become opaque."""
    node = Node(tag)
    for part in content:
        _add(node, part)
    return node


def _add(node: Node, part: Content) -> None:
    if part is None:
        return
    if isinstance(part, Node):
        node.children.append(part)
    elif isinstance(part, (list, tuple)):
        for one in part:
            _add(node, one)
    elif isinstance(part, bytes):
        node.opaque = part
    else:
        node.text = str(part)
