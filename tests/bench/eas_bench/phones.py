"""Phones that hardly work themselves: answers stay undecoded while the time is taken, and are checked later."""
from __future__ import annotations

import re
from typing import Optional, Sequence

from eas_client import Client, Device, E, HttpError, Node
from eas_client.client import Answer, body_preference, collection
from private_instance import Instance

# What begins the answer for one collection, as bytes: SyncKey, CollectionId, Status, perhaps MoreAvailable.
HEAD = re.compile(rb'\x4b\x03(\d+)\x00\x01\x52\x03[^\x00]*\x00\x01\x4e\x03(\d+)\x00\x01(\x14)?')


class RawAnswer(Answer):
    """An answer that decodes its document only when it is told to."""

    def __init__(self, status: int, headers, body: bytes):  # pylint: disable=super-init-not-called
        self.status, self.headers, self.body = status, headers, body
        self.document, self.parts = None, []

    def decoded(self) -> Answer:
        return Answer(self.status, self.headers, self.body)


class RawClient(Client):
    def receive(self) -> RawAnswer:
        response = self.connection.getresponse()
        answer = RawAnswer(response.status, response.headers, response.read())
        if response.will_close:
            self.close()
        if answer.status != 200:
            raise HttpError(answer)
        return answer


def client(instance: Instance, user: str, device_id: str = 'Bench1', raw: bool = False, **arguments) -> Client:
    kind = RawClient if raw else Client
    return kind(instance.ports['EAS_HTTP_PORT'], user, instance.password, device_id=device_id,
                device_type='BenchPhone', **arguments)


def phone(instance: Instance, user: str, device_id: str = 'Bench1', **arguments) -> Device:
    """A device that knows its folders; its answers are validated."""
    device = Device(client(instance, user, device_id, **arguments))
    device.folder_sync()
    return device


def sync_request(collection_id: str, key: str, *, window: Optional[int] = None,
                 options: Sequence[Node] = (), extra: Sequence[Node] = ()) -> Node:
    part = collection(collection_id, key, E('AirSync:WindowSize', window) if window else None,
                      E('AirSync:Options', list(options)) if options else None)
    return E('AirSync:Sync', E('AirSync:Collections', part), list(extra))


def sync_everything(raw: RawClient, collection_id: str, *, window: int = 100, body_bytes: int = 500) -> list[RawAnswer]:
    """An initial sync from SyncKey 0: the answers, undecoded."""
    answers = [raw.post('Sync', sync_request(collection_id, '0'))]
    options = [body_preference(2, body_bytes)]
    more = True
    while more:
        answers.append(raw.post('Sync', sync_request(collection_id, last_key(answers), window=window,
                                                     options=options if len(answers) == 1 else ())))
        more = HEAD.search(answers[-1].body, 0, 200).group(3) is not None
    return answers


def last_key(answers: Sequence[RawAnswer]) -> str:
    head = HEAD.search(answers[-1].body, 0, 200)
    if head is None or head.group(2) != b'1':
        raise HttpError(answers[-1])
    return head.group(1).decode()
