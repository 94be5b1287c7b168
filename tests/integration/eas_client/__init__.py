"""A small Exchange ActiveSync client: it drives the server in the tests and proves the demo.

It shares no code with the server: its own WBXML codec (only the token table is common), its own idea of
what a device holds, and the published schemas that every answer has to fit.
"""
from .client import Answer, Client, HttpError
from .device import Device, Disagreement
from .node import E, Node
from .schemas import SchemaViolation
from .wbxml import WbxmlError

__all__ = ['Answer', 'Client', 'Device', 'Disagreement', 'E', 'HttpError', 'Node', 'SchemaViolation', 'WbxmlError']
