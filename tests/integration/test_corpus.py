"""Many odd messages: each must sync in every body form, none missing, doubled or emptied.

Two collections: those that tests/fixtures/generated_messages.py makes, and ../shared/corpus/mail where it
exists (messages from the wild that made other programs fail).
"""
from __future__ import annotations

import email
import email.policy
import os
import re
from pathlib import Path

import pytest

import generated_messages
from accounts import Account
from eas_client import E
from eas_client.client import body_preference
from eas_client.device import body

CORPUS = Path(os.environ.get('EAS_CORPUS') or Path(__file__).resolve().parents[3] / 'shared/corpus/mail')
FORMS = {'plain': [body_preference(1)], 'html': [body_preference(2)], 'mime': [E('AirSync:MIMESupport', 2), body_preference(4)],
         'cut': [body_preference(2, 100), body_preference(1, 100)], 'preview': [body_preference(1, 0, preview=100)]}
# A part that lies deeper than Dovecot's parser goes may be an attachment.
MAY_BE_ATTACHED = ('depths-multipart-500',)

# Of the deepest multiparts Dovecot's parser and its reader of BODYSTRUCTURE see different parts.
TOO_DEEP = tuple(f'depths-multipart-{depth}' for depth in (99, 100, 101, 500))


def _messages_of_the_wild() -> list[tuple[str, bytes]]:
    return [(str(path.relative_to(CORPUS)), path.read_bytes()) for path in sorted(CORPUS.rglob('*')) if path.is_file()]


@pytest.fixture(scope='module', name='filled', params=[('maildir', 'generated'), ('maildir', 'wild'), ('sdbox', 'generated')],
                ids=lambda one: '-'.join(one))
def fixture_filled(request):
    """(account, [(UID, name, message)]) with one collection in the Inbox."""
    mail_format, source = request.param
    if source == 'wild' and not CORPUS.is_dir():
        pytest.skip(f'{CORPUS} is missing')
    messages = list(generated_messages.generate()) if source == 'generated' else _messages_of_the_wild()
    instance = request.getfixturevalue(mail_format)
    account = Account(instance, instance.take_user())
    stored = []
    for name, message in messages:
        account.instance.deliver(account.user, message)
        stored.append((str(len(stored) + 1), name, message))
    yield account, stored
    account.close()


def _expected_words(name: str, message: bytes, form: str) -> list[str]:
    """Words that the message's text undoubtedly has, as Python's parser finds them; none if that is unclear."""
    charset = re.fullmatch('charsets-(.*)-base64', name)
    if charset:
        return [dict(generated_messages.CHARSETS)[charset.group(1)]]
    try:
        part = email.message_from_bytes(message, policy=email.policy.default).get_body(('plain', 'html') if form == 'plain' else ('html', 'plain'))
        content = part.get_content()
    except Exception:  # pylint: disable=broad-except  # Python's parser fails in many ways of its own
        return []
    if part.defects or 'x-uuencode' in part.get('Content-Transfer-Encoding', '') or '\ufffd' in content or '\0' in content:
        return []
    if part.get_content_subtype() == 'html':
        # Elements that show nothing, and what stands in brackets, are no words.
        content = re.sub(r'(?is)<(script|style|title|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>', ' ', content)
    return re.findall('[A-Za-z]{4,}', content)[:10]


@pytest.mark.parametrize('version', ['16.1', '12.1'])
def test_the_first_reading_says_what_later_ones_say(filled, version):
    """Dovecot's cache has it from the second one on."""
    account, stored = filled
    names = {uid: name for uid, name, _ in stored}
    seen = []
    for number in range(3):
        device = account.phone(version, device_id=f'reading{version.replace(".", "")}n{number}')
        items = device.sync_all(device.inbox(), options=[body_preference(1, 5000), body_preference(2, 5000)], window=100).items
        seen.append({names[key.split(':')[1]]: {tag: str(value) for tag, value in item.items()} for key, item in items.items()})
    for name, first in seen[0].items():
        if not name.startswith(TOO_DEEP):
            assert seen[1][name] == first and seen[2][name] == first, name


@pytest.mark.parametrize('form', FORMS)
@pytest.mark.parametrize('version_', ['12.1', '14.1', '16.1'])
def test_every_message_syncs(filled, form, version_):
    account, stored = filled
    device = account.phone(version_, device_id=f'Corpus{form}{version_.replace(".", "")}')
    inbox = device.inbox()
    held = device.sync_all(inbox, options=FORMS[form], window=50)
    assert len(held.items) == len(stored)
    for server_id, (_, name, message) in zip(sorted(held.items, key=lambda one: int(re.findall(r'\d+', one)[-1])), stored):
        item = held.items[server_id]
        assert 'AirSyncBase:Body' in item, name
        if form in ('plain', 'html'):
            expected, got = _expected_words(name, message, form), re.sub('<[^>]*>', ' ', body(item))
            found = not expected or any(word in got for word in expected)
            assert found or name in MAY_BE_ATTACHED and 'AirSyncBase:Attachments' in item, \
                f'{name}: none of {expected} in {got[:300]!r}'
        if form == 'mime':
            _check_mime(name, item, message)


def _check_mime(name: str, item: dict, message: bytes) -> None:
    data = item['AirSyncBase:Body'].find('AirSyncBase:Data')
    got = b'' if data is None else data.data()
    assert len(got) >= len(message) * 0.9, f'{name}: {len(got)} of {len(message)} bytes'


def test_every_attachment_can_be_fetched(filled):
    account, stored = filled
    device = account.phone('16.1', device_id='CorpusFetch')
    held = device.sync_all(device.inbox(), options=[body_preference(1, 100)], window=50)
    references = [attachment.get('FileReference') for item in held.items.values() if 'AirSyncBase:Attachments' in item
                  for attachment in list(item['AirSyncBase:Attachments'])[:5]]
    assert len(references) > 10 or len(stored) < 50
    for start in range(0, len(references), 20):
        answer = device.client.fetch(*[E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'),
                                         E('AirSyncBase:FileReference', reference))
                                       for reference in references[start:start + 20]]).expect()
        statuses = {fetch.get('Status') for fetch in answer.document.findall('Response/Fetch')}
        assert statuses <= {'1', '10'}, statuses


def test_nothing_is_logged_as_an_error(filled):
    account, _ = filled
    errors = [line for line in account.instance.log().splitlines() if 'Error:' in line and account.user in line]
    assert not errors, '\n'.join(errors[:10])
