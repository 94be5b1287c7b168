"""WBXML as MS-ASWBXML restricts it: a decoder that accepts nothing else, and an encoder.

The tokens come from src/wbxml/code-pages.def; everything else is written independently of the server.
"""
from __future__ import annotations

import re
from pathlib import Path

from .node import Node

SWITCH_PAGE, END, STR_I, OPAQUE = 0x00, 0x01, 0x03, 0xC3
HAS_CONTENT, HAS_ATTRIBUTES = 0x40, 0x80
HEADER = bytes([0x03, 0x01, 0x6A, 0x00])  # version 1.3, public id 1, UTF-8, no string table

CODE_PAGES = Path(__file__).resolve().parents[3] / 'src/wbxml/code-pages.def'
NOT_IN_XML = re.compile('[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')


class WbxmlError(Exception):
    """The bytes are no WBXML that the specification allows."""


def _read_code_pages() -> tuple[dict[tuple[int, int], str], dict[str, tuple[int, int]]]:
    row = re.compile(r'^TAG\((\d+), (\w+), 0x([0-9A-F]{2}), (\w+)\)')
    names = {}
    for line in CODE_PAGES.read_text().splitlines():
        match = row.match(line)
        if match:
            page, namespace, token, name = match.groups()
            names[int(page), int(token, 16)] = f'{namespace}:{name}'
    return names, {name: place for place, name in names.items()}


NAMES, PLACES = _read_code_pages()


def encode(root: Node) -> bytes:
    out = bytearray(HEADER)
    page = 0

    def write(node: Node) -> None:
        nonlocal page
        tag_page, token = PLACES[node.tag]
        if tag_page != page:
            out.extend((SWITCH_PAGE, tag_page))
            page = tag_page
        if not node.children and not node.text and not node.opaque:
            out.append(token)
            return
        out.append(token | HAS_CONTENT)
        if node.opaque is not None:
            out.append(OPAQUE)
            out.extend(encode_length(len(node.opaque)))
            out.extend(node.opaque)
        elif node.text:
            out.append(STR_I)
            out.extend(node.text.encode('utf-8') + b'\0')
        for child in node.children:
            write(child)
        out.append(END)

    write(root)
    return bytes(out)


def encode_length(length: int) -> bytes:
    """A multi-byte integer: seven bits a byte, the highest first."""
    groups = [length & 0x7F]
    while length > 0x7F:
        length >>= 7
        groups.append(0x80 | length & 0x7F)
    return bytes(reversed(groups))


def decode(data: bytes) -> Node:
    """The one element of a document. Raises WbxmlError for whatever a strict client would stumble over."""
    return _Decoder(data).document()


class _Decoder:
    def __init__(self, data: bytes):
        self.data = data
        self.at = 0
        self.page = 0

    def document(self) -> Node:
        if self.data[:4] != HEADER:
            raise WbxmlError(f'header is {self.data[:4].hex()}, not {HEADER.hex()}')
        self.at = 4
        root = self.element(self.token())
        if self.at != len(self.data):
            raise WbxmlError(f'{len(self.data) - self.at} bytes after the document')
        return root

    def byte(self) -> int:
        if self.at >= len(self.data):
            raise WbxmlError('the document ends in the middle')
        self.at += 1
        return self.data[self.at - 1]

    def token(self) -> int:
        token = self.byte()
        while token == SWITCH_PAGE:
            self.page = self.byte()
            token = self.byte()
        return token

    def element(self, token: int) -> Node:
        if token & HAS_ATTRIBUTES:
            raise WbxmlError(f'byte {self.at - 1}: token {token:#x} with attributes')
        name = NAMES.get((self.page, token & 0x3F))
        if name is None:
            raise WbxmlError(f'byte {self.at - 1}: page {self.page} has no token {token & 0x3F:#x}')
        node = Node(name)
        if not token & HAS_CONTENT:
            return node
        while (token := self.token()) != END:
            if token == STR_I:
                node.text = (node.text or '') + self.string()
            elif token == OPAQUE:
                node.opaque = (node.opaque or b'') + self.opaque()
            else:
                node.children.append(self.element(token))
        if node.children and (node.text is not None or node.opaque is not None):
            raise WbxmlError(f'{name} has both text and children')
        return node

    def string(self) -> str:
        end = self.data.find(b'\0', self.at)
        if end < 0:
            raise WbxmlError('a string without end')
        raw, self.at = self.data[self.at:end], end + 1
        try:
            text = raw.decode('utf-8')
        except UnicodeDecodeError as error:
            raise WbxmlError(f'byte {self.at}: {error}') from error
        bad = NOT_IN_XML.search(text)
        if bad:
            raise WbxmlError(f'a string holds U+{ord(bad.group()):04X}, which XML has not')
        return text

    def opaque(self) -> bytes:
        length = 0
        while (byte := self.byte()) & 0x80:
            length = (length | byte & 0x7F) << 7
        length |= byte
        if length > len(self.data) - self.at:
            raise WbxmlError('opaque data ends in the middle')
        self.at += length
        return self.data[self.at - length:self.at]
