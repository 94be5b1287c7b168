"""doveadm's HTTP API of a private instance."""
from __future__ import annotations

import base64
import json
import urllib.request
from typing import Any

from private_instance.processes import free_ports

KEY = 'a-key-for-tests'


def configuration(port: int) -> str:
    """Lines for dovecot.conf."""
    return (f'doveadm_api_key = {KEY}\nservice doveadm {{\n  inet_listener http {{\n    address = 127.0.0.1\n'
            f'    port = {port}\n  }}\n}}\n')


class Api:
    def __init__(self) -> None:
        self.port = free_ports(1)[0]

    def call(self, command: str, **parameters: Any) -> tuple[str, Any]:
        """("doveadmResponse", rows) or ("error", {"type": ..., "exitCode": ...})."""
        request = urllib.request.Request(
            f'http://127.0.0.1:{self.port}/doveadm/v1', json.dumps([[command, parameters, 'tag']]).encode(),
            {'Content-Type': 'application/json',
             'Authorization': 'X-Dovecot-API ' + base64.b64encode(KEY.encode()).decode()})
        with urllib.request.urlopen(request, timeout=60) as answer:
            kind, content, tag = json.loads(answer.read())[0]
        assert tag == 'tag'
        return kind, content
