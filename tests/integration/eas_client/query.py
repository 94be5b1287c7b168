"""The two forms of the URL's query. MS-ASHTTP 2.2.1.1.1."""
from __future__ import annotations

import base64
import struct
import urllib.parse
from typing import Optional

COMMAND_CODES = {
    'Sync': 0, 'SendMail': 1, 'SmartForward': 2, 'SmartReply': 3, 'GetAttachment': 4, 'GetHierarchy': 5,
    'FolderSync': 9, 'FolderCreate': 10, 'FolderDelete': 11, 'FolderUpdate': 12, 'MoveItems': 13, 'GetItemEstimate': 14,
    'MeetingResponse': 15, 'Search': 16, 'Settings': 17, 'Ping': 18, 'ItemOperations': 19, 'Provision': 20,
    'ResolveRecipients': 21, 'ValidateCert': 22, 'Find': 23}
PARAMETER_TAGS = {'AttachmentName': 0, 'CollectionId': 1, 'ItemId': 3, 'LongId': 4, 'Occurrence': 6,
                  'Options': 7, 'User': 8}
SAVE_IN_SENT, ACCEPT_MULTI_PART = 1, 2


def plain(command: str, user: str, device_id: str, device_type: str, parameters: dict[str, str]) -> str:
    return urllib.parse.urlencode(
        {'Cmd': command, 'User': user, 'DeviceId': device_id, 'DeviceType': device_type, **parameters})


def encoded(command: str, version: str, device_id: str, device_type: str, policy_key: Optional[int],
            parameters: dict[str, bytes], locale: int = 0x0409) -> str:
    """The base64 form. `parameters` are those of PARAMETER_TAGS; Options is one byte."""
    query = struct.pack('<BBH', int(version.replace('.', '')), COMMAND_CODES[command], locale)
    query += _field(device_id.encode())
    query += _field(b'' if policy_key is None else struct.pack('<I', policy_key))
    query += _field(device_type.encode())
    for name, value in parameters.items():
        query += bytes([PARAMETER_TAGS[name]]) + _field(value)
    return base64.b64encode(query).decode()


def _field(value: bytes) -> bytes:
    return bytes([len(value)]) + value
