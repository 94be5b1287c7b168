"""A submission server that takes every message and keeps none: what it costs to send is all that counts here."""
from __future__ import annotations

import socketserver
import threading


class SmtpSink:
    """Listens on loopback while the block runs."""

    def __init__(self):
        self.last_bytes = 0  # of the last message
        self._server = _Server(('127.0.0.1', 0), _Session)
        self._server.sink = self
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> 'SmtpSink':
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


class _Session(socketserver.StreamRequestHandler):
    """RFC 5321, as far as our own client speaks it."""

    rbufsize = 1 << 20

    def handle(self) -> None:
        self._say(b'220 sink')
        while line := self.rfile.readline(4096):
            word = line[:4].upper().strip()
            if word == b'DATA':
                self._say(b'354 go on')
                self._take_message()
                self._say(b'250 thrown away')
            elif word == b'QUIT':
                self._say(b'221 bye')
                return
            else:
                self._say(b'250-sink\r\n250 8BITMIME' if word == b'EHLO' else b'250 fine')

    def _say(self, reply: bytes) -> None:
        self.wfile.write(reply + b'\r\n')

    def _take_message(self) -> None:
        size, end = 0, b''
        while not end.endswith(b'\r\n.\r\n'):
            data = self.rfile.read1(1 << 20)
            if not data:
                return
            size += len(data)
            end = (end + data)[-5:]
        self.server.sink.last_bytes = size
