"""Mail that answers mail, and where a device shows it."""
from __future__ import annotations

import base64
import datetime
import email.utils
from typing import Optional

from accounts import Account, make_message
from eas_client import Device


def post(account: Account, subject: str, *, answers: tuple[str, ...] = (), mailbox: str = 'INBOX', age_days: float = 0,
         thread_index: Optional[bytes] = None, references: bool = True) -> str:
    """Appends a message that answers those with these Message-IDs, the first one first; its own Message-ID."""
    received = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=age_days)
    message_id = email.utils.make_msgid(domain='elsewhere.example')
    fields = {}
    if answers:
        fields['In-Reply-To'] = answers[-1]
        if references:
            fields['References'] = ' '.join(answers)
    if thread_index:
        fields['Thread-Index'] = base64.b64encode(thread_index).decode()
    message = make_message(subject, to=account.user, fields=fields)
    header, _, text = message.partition(b'\r\n\r\n')
    lines = [line for line in header.split(b'\r\n') if not line.startswith((b'Date:', b'Message-ID:'))]
    lines += [f'Date: {email.utils.format_datetime(received)}'.encode(), f'Message-ID: {message_id}'.encode()]
    account.append(b'\r\n'.join(lines) + b'\r\n\r\n' + text, mailbox, received=received)
    return message_id


def property_of(device: Device, collection_id: str, tag: str) -> dict[str, bytes]:
    """Subject -> bytes of an Email2 property, of all that the device holds of a folder."""
    return {item['Email:Subject'].value(): item[f'Email2:{tag}'].data()
            for item in device.held(collection_id).items.values()}


def conversations(device: Device, *collection_ids: str) -> dict[str, bytes]:
    """Subject -> ConversationId, after a Sync of the folders."""
    found = {}
    for collection_id in collection_ids:
        device.sync_all(collection_id)
        found.update(property_of(device, collection_id, 'ConversationId'))
    return found
