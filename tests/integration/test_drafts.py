"""Drafts both ways, and sending them by Sync: MS-ASEMAIL 3.1.5.4, MS-ASCMD 2.2.3.7.2 and 2.2.3.24. From 16.0 on."""
from __future__ import annotations

import base64
import email
import email.policy
from typing import Optional

import pytest

from accounts import Account, check, make_message
from eas_client import E
from eas_client.client import body_preference
from eas_client.device import DRAFTS, body, text
from private_instance.processes import wait_until
from test_item_operations import fetch_file, fetch_item
from test_send_mail import count, received

PNG = bytes(range(256)) * 3
FILE = bytes(reversed(range(256))) * 400
HTML = '<html><body><p>Grüße, <b>Du</b></p></body></html>'


def attachment(client_id: str, name: str, data: bytes, content_type: Optional[str] = None, *extra):
    return E('AirSyncBase:Add', E('AirSyncBase:ClientId', client_id), E('AirSyncBase:Method', 1),
             E('AirSyncBase:ContentType', content_type) if content_type else None,
             E('AirSyncBase:Content', data), E('AirSyncBase:DisplayName', name), *extra)


def inline(content_id: str):
    return E('AirSyncBase:ContentId', content_id), E('AirSyncBase:IsInline')


def deleted(reference: str):
    return E('AirSyncBase:Delete', E('AirSyncBase:FileReference', reference))


def draft(subject: Optional[str] = None, *, to: Optional[str] = None, html: Optional[str] = None,
          plain: Optional[str] = None, mime: Optional[bytes] = None, attachments=(), extra=()) -> list:
    """The ApplicationData of a draft."""
    form, data = (4, mime) if mime is not None else (2, html) if html is not None else (1, plain)
    return [
        E('Email:To', to) if to is not None else None, E('Email:Subject', subject) if subject is not None else None,
        E('AirSyncBase:Body', E('AirSyncBase:Type', form), E('AirSyncBase:Data', data)) if data is not None else None,
        E('AirSyncBase:Attachments', *attachments) if attachments else None, *extra]


class Phone:
    """A device that writes drafts; `key` names the SyncKey of a request that is repeated."""

    def __init__(self, account: Account, version: str = '16.1', **arguments):
        self.account = account
        self.device = account.phone(version, **arguments)
        self.folder = next(f.server_id for f in self.device.folders.values() if f.type == DRAFTS)
        self.device.sync_all(self.folder)

    @property
    def held(self):
        return self.device.held(self.folder)

    def sync(self, **arguments):
        return self.device.sync(self.folder, options=[body_preference(2)], **arguments)

    def _run(self, command, lose_answer: bool = False):
        """The operation's answer in Responses; None if there is none."""
        request = self.device.request(self.folder, options=[body_preference(2)], commands=[command])
        answer = self.device.client.sync(request)
        if not lose_answer:
            self.device.apply(answer)
        found = answer.document.find('Collections/Collection/Responses')
        return None if found is None else found.children[0]

    def add(self, properties: list, client_id: str = 'new-1', send: bool = False, lose_answer: bool = False, item_class=None):
        answer = self._run(E('AirSync:Add', E('AirSync:Class', item_class) if item_class else None,
                             E('AirSync:ClientId', client_id), E('AirSync:ApplicationData', properties),
                             E('Email2:Send') if send else None), lose_answer)
        if answer.get('ServerId') and not lose_answer:
            self.held.items[answer.get('ServerId')] = {element.tag: element for element in properties if element}
        return answer

    def change(self, server_id: str, properties: list, send: bool = False, lose_answer: bool = False):
        return self._run(E('AirSync:Change', E('AirSync:ServerId', server_id),
                           E('AirSync:ApplicationData', properties), E('Email2:Send') if send else None), lose_answer)

    def shows(self, server_id: str, subject: str) -> None:
        """What its user wrote, whatever the server makes of it."""
        self.held.items[server_id]['Email:Subject'] = E('Email:Subject', subject)

    def fetch(self, server_id: str) -> dict:
        """The whole item as the server has it now."""
        answer = self.device.client.fetch(fetch_item(self.folder, server_id, body_preference(2))).expect()
        assert answer.get('Response/Fetch/Status') == '1', answer.document.pretty()
        return {element.tag: element for element in answer.document.find('Response/Fetch/Properties')}

    def file(self, reference: str) -> bytes:
        answer = self.device.client.fetch(fetch_file(reference)).expect()
        assert answer.get('Response/Fetch/Status') == '1', answer.document.pretty()
        return base64.b64decode(answer.get('Response/Fetch/Properties/Data'))


@pytest.fixture(name='phone')
def fixture_phone(account):
    return Phone(account)


def references(answer) -> dict[str, str]:
    """ClientId -> FileReference of the attachments that an answer names."""
    found = answer.find('ApplicationData/Attachments')
    return {} if found is None else {one.get('ClientId'): one.get('FileReference') for one in found}


def listed(item: dict) -> dict[str, str]:
    """DisplayName -> FileReference."""
    found = item.get('AirSyncBase:Attachments')
    return {} if found is None else {one.get('DisplayName'): one.get('FileReference') for one in found}


def stored(account: Account, mailbox: str = 'Drafts') -> list:
    """The messages as IMAP has them, each with its flags."""
    with account.imap(mailbox) as connection:
        numbers = check(connection.search(None, 'ALL'))[0].split()
        found = []
        for number in numbers:
            data = check(connection.fetch(number, '(FLAGS BODY.PEEK[])'))
            message = email.message_from_bytes(data[0][1], policy=email.policy.default)
            message.flags = set(data[0][0].decode().split('FLAGS (')[1].split(')')[0].split()) - {r'\Recent'}
            message.raw = data[0][1]
            found.append(message)
        return found


def structure(message) -> str:
    """mixed(plain, png)"""
    name = message.get_content_subtype()
    if not message.is_multipart() or message.get_content_maintype() == 'message':
        return name
    return f'{name}({", ".join(structure(part) for part in message.get_payload())})'


def defects(message) -> list:
    return [defect for part in message.walk() for defect in part.defects]


# ---------------------------------------------------------------------- a new draft


@pytest.mark.parametrize('version', ['16.0', '16.1'])
def test_a_draft_of_the_phone_is_a_proper_draft_in_imap(stored_account, version):
    phone = Phone(stored_account, version)
    answer = phone.add(draft('Grüße aus Köln', to='"Ann Ä" <ann@e.example>, bob@e.example', html=HTML, extra=[
        E('Email:Cc', 'carl@e.example'), E('Email2:Bcc', 'secret@e.example'), E('Email:ReplyTo', 'answers@e.example'),
        E('Email:Importance', 2)]))
    assert answer.get('Status') == '1' and answer.get('ClientId') == 'new-1' and answer.get('ServerId')
    assert answer.find('ApplicationData/ConversationId').opaque and answer.find('ApplicationData/ConversationIndex').opaque
    message, = stored(stored_account)
    assert message.flags == {r'\Draft', r'\Seen'}
    assert message['Subject'] == 'Grüße aus Köln' and message['From'] == stored_account.user
    assert [(a.display_name, a.addr_spec) for a in message['To'].addresses] == [
        ('Ann Ä', 'ann@e.example'), ('', 'bob@e.example')]
    assert (message['Cc'], message['Bcc'], message['Reply-To']) == ('carl@e.example', 'secret@e.example', 'answers@e.example')
    assert message['Importance'] == 'high' and message['Date'] and message['Message-ID']
    assert structure(message) == 'alternative(plain, html)' and not defects(message)
    assert 'Grüße, Du' in message.get_body(('plain',)).get_content()
    assert 'Grüße, <b>Du</b>' in message.get_body(('html',)).get_content()
    assert message.raw.isascii() and max(len(line) for line in message.raw.split(b'\r\n')) < 998


@pytest.fixture(name='stored_account', params=['maildir', 'sdbox'])
def fixture_stored_account(request):
    account = Account(request.getfixturevalue(request.param), request.getfixturevalue(request.param).take_user())
    yield account
    account.close()


def test_the_phones_own_draft_does_not_come_back(phone):
    phone.add(draft('Mine', plain='Text'))
    phone.sync()  # the model device complains about an item that it has
    assert len(phone.held.items) == 1 and len(stored(phone.account)) == 1


def test_a_plain_draft_is_plain(phone):
    phone.add(draft('Plain', to='', plain='Zeile eins\r\nZeile zwei – lang: ' + 'ä' * 600))
    message, = stored(phone.account)
    assert structure(message) == 'plain' and message['To'] is None
    assert message.get_content().splitlines() == ['Zeile eins', 'Zeile zwei – lang: ' + 'ä' * 600]


def test_half_written_recipients_are_kept(phone):
    answer = phone.add(draft('Half', to='ann', plain='x'))
    assert text(phone.fetch(answer.get('ServerId')), 'Email:To') == 'ann'


def test_attachments_are_stored_byte_by_byte(phone):
    answer = phone.add(draft('Files', html='<p>See <img src="cid:pic@phone"></p>', attachments=[
        attachment('a', 'Übersicht 1.bin', FILE, 'application/x-thing'),
        attachment('b', 'pic.png', PNG, 'image/png', *inline('pic@phone')),
        attachment('c', 'notes.txt', b'one\ntwo\r\nthree')]))
    names = references(answer)
    assert set(names) == {'a', 'b', 'c'}
    assert (phone.file(names['a']), phone.file(names['b']), phone.file(names['c'])) == (FILE, PNG, b'one\ntwo\r\nthree')
    message, = stored(phone.account)
    assert structure(message) == 'mixed(alternative(plain, related(html, png)), x-thing, plain)'
    parts = {part.get_filename(): part for part in message.walk() if part.get_filename()}
    assert parts['Übersicht 1.bin'].get_content() == FILE and parts['pic.png'].get_content() == PNG
    assert parts['pic.png']['Content-ID'] == '<pic@phone>' and parts['notes.txt'].get_payload(decode=True) == b'one\ntwo\r\nthree'
    assert not defects(message)


def test_an_attached_message_is_a_message(phone):
    inner = make_message('Inner', 'Inner text\n').replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')
    phone.add(draft('Outer', plain='x', attachments=[E(
        'AirSyncBase:Add', E('AirSyncBase:ClientId', 'm'), E('AirSyncBase:Method', 5), E('AirSyncBase:Content', inner),
        E('AirSyncBase:DisplayName', 'Inner.eml'))]))
    message, = stored(phone.account)
    assert structure(message) == 'mixed(plain, rfc822)'
    assert message.get_payload()[1].get_payload()[0]['Subject'] == 'Inner'


def test_a_mime_draft_is_kept_as_it_is(phone):
    mime = make_message('From MIME', 'Text\n', to='x@e.example', attachments=[('f.bin', 'application/x-y', FILE)],
                        fields={'X-Own': 'kept', 'References': '<a@b>'})
    answer = phone.add(draft(mime=mime, attachments=[attachment('n', 'more.bin', PNG)], extra=[E('Email:Importance', 0)]))
    assert phone.file(references(answer)['n']) == PNG
    message, = stored(phone.account)
    assert (message['Subject'], message['X-Own'], message['References'], message['Importance']) == (
        'From MIME', 'kept', '<a@b>', 'low')
    assert structure(message) == 'mixed(plain, x-y, octet-stream)'
    assert message.get_payload()[1].get_content() == FILE and not defects(message)


def test_a_header_cannot_be_smuggled_in(phone):
    phone.add(draft('One\r\nX-Evil: yes', to='a@e.example\r\nX-Evil: yes', plain='x', attachments=[
        attachment('a', 'name"\r\nX-Evil: yes', b'1', 'text/plain\r\nX-Evil: yes', *inline('i>\r\nX-Evil: yes'))]))
    message, = stored(phone.account)
    assert all(part['X-Evil'] is None for part in message.walk())


@pytest.mark.parametrize('version', ['12.1', '14.0', '14.1'])
def test_before_16_0_mail_cannot_be_added(account, version):
    phone = Phone(account, version)
    assert phone.add(draft('No', plain='x')).get('Status') == '6'
    assert not stored(account)


def test_mail_can_be_added_to_drafts_only(phone):
    assert phone.add(draft('SMS', plain='x'), item_class='SMS').get('Status') == '6'
    phone.folder = phone.device.inbox()
    phone.device.sync_all(phone.folder)
    assert phone.add(draft('No', plain='x')).get('Status') == '6'
    assert not stored(phone.account) and not stored(phone.account, 'INBOX')


@pytest.mark.parametrize('wrong', [
    [E('Email:Importance', 7)],
    [E('AirSyncBase:Body', E('AirSyncBase:Type', 3), E('AirSyncBase:Data', 'rtf'))],
    [E('AirSyncBase:Attachments', E('AirSyncBase:Add', E('AirSyncBase:ClientId', 'a')))],
    [E('AirSyncBase:Attachments', attachment('a', 'x', 'no base64!'))],
])
def test_a_faulty_draft_has_status_6(phone, wrong):
    assert phone.add(wrong).get('Status') == '6'
    assert not stored(phone.account)


# ---------------------------------------------------------------------- changes


@pytest.fixture(name='written')
def fixture_written(phone):
    """(phone, ServerId of a draft with a file and an inline image, its FileReferences)"""
    answer = phone.add(draft('First', to='ann@e.example', html='<p>One <img src="cid:pic@phone"></p>', attachments=[
        attachment('a', 'a.bin', FILE), attachment('b', 'b.bin', PNG), attachment('i', 'i.png', PNG, 'image/png', *inline('pic@phone'))]))
    return phone, answer.get('ServerId'), references(answer)


def test_a_changed_draft_keeps_its_id_and_its_attachments(written):
    phone, server_id, names = written
    for number in range(3):
        assert phone.change(server_id, draft(f'Change {number}', to='bob@e.example',
                                             html=f'<p>{number} <img src="cid:pic@phone"></p>')) is None
        phone.sync()
        assert list(phone.held.items) == [server_id]
    message, = stored(phone.account)
    assert message['Subject'] == 'Change 2' and message['To'] == 'bob@e.example'
    assert message.flags == {r'\Draft', r'\Seen'}
    assert structure(message) == 'mixed(alternative(plain, related(html, png)), octet-stream, octet-stream)'
    item = phone.fetch(server_id)
    assert '2 <img src="cid:pic@phone">' in body(item) and item['Email2:IsDraft'].value() == '1'
    assert listed(item) == {'a.bin': names['a'], 'b.bin': names['b'], 'i.png': names['i']}
    assert phone.file(names['a']) == FILE and phone.file(names['i']) == PNG


def test_attachments_come_and_go(written):
    phone, server_id, names = written
    answer = phone.change(server_id, draft(attachments=[deleted(names['a']), attachment('n', 'n.bin', b'new')]))
    new = references(answer)
    assert answer.get('Status') == '1' and answer.get('ServerId') == server_id and set(new) == {'n'}
    assert phone.file(new['n']) == b'new' and phone.file(names['b']) == PNG
    assert listed(phone.fetch(server_id)) == {'b.bin': names['b'], 'i.png': names['i'], 'n.bin': new['n']}
    gone = phone.device.client.fetch(fetch_file(names['a'])).expect()
    assert gone.get('Response/Fetch/Status') == '15'
    # The references hold although the part numbers are others now.
    phone.change(server_id, draft('Second', attachments=[deleted(names['b'])]))
    message, = stored(phone.account)
    assert structure(message) == 'mixed(alternative(plain, related(html, png)), octet-stream)'
    assert message['To'] == 'ann@e.example' and phone.file(new['n']) == b'new'


def test_other_commands_know_a_changed_draft_by_its_id(written):
    phone, server_id, names = written
    answer = phone.change(server_id, draft('Changed', attachments=[deleted(names['b']), attachment('n', 'n.bin', b'new')]))
    user, client = phone.account.user, phone.device.client
    for command in 'SmartReply', 'SmartForward':
        sent = client.post(command, E(f'ComposeMail:{command}', E('ComposeMail:ClientId', command), E(
            'ComposeMail:Source', E('ComposeMail:FolderId', phone.folder), E('ComposeMail:ItemId', server_id)),
            E('ComposeMail:Mime', make_message(command, to=user, sender=user).decode()))).expect()
        assert sent.document is None
    assert wait_until(lambda: {'SmartReply', 'SmartForward'} <= set(phone.account.flags()), 60, 0.1)
    assert {r'\Answered', '$Forwarded'} <= stored(phone.account)[0].flags
    older = phone.account.client('12.1', device_id=client.device_id)
    for name, content in (names['a'], FILE), (references(answer)['n'], b'new'):
        assert older.post('GetAttachment', parameters={'AttachmentName': name}).expect().body == content
    assert older.post('GetAttachment', parameters={'AttachmentName': names['b']}).status == 500
    reply = older.post('SmartReply', body=make_message('By 12.1', to=user, sender=user), content_type='message/rfc822',
                       parameters={'CollectionId': phone.folder, 'ItemId': server_id})
    assert reply.expect().body == b''


def test_an_inline_image_comes_beside_the_html(written):
    phone, server_id, _ = written
    phone.change(server_id, draft(attachments=[attachment('j', 'j.png', FILE, 'image/png', *inline('second@phone'))]))
    message, = stored(phone.account)
    assert structure(message) == 'mixed(alternative(plain, related(html, png, png)), octet-stream, octet-stream)'


def test_html_that_becomes_plain_loses_no_file(written):
    phone, server_id, names = written
    phone.change(server_id, draft('First', to='ann@e.example', plain='Only text'))
    message, = stored(phone.account)
    assert message.get_body(('plain', 'html')).get_content().strip() == 'Only text'
    assert sorted(part.get_filename() for part in message.walk() if part.get_filename()) == ['a.bin', 'b.bin', 'i.png']
    assert phone.file(names['i']) == PNG


def test_only_what_is_changed_changes(phone):
    """A draft of another program: what EAS cannot say of it stays byte by byte."""
    foreign = (b'From: Me <me@e.example>\r\nTo: friends: ann@e.example, bob@e.example;\r\nSubject: Old\r\n'
               b'X-Mozilla-Draft-Info: internal/draft; vcard=0\r\nIn-Reply-To: <x@y>\r\nMessage-ID: <stays@e.example>\r\n'
               b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=weird; x-own=1\r\n\r\npreamble\r\n--weird\r\n'
               b'Content-Type: text/plain; charset=iso-8859-1; format=flowed\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdfe\r\n'
               b'--weird\r\nContent-Type: application/pdf\r\nX-Own: 1\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nPDF\r\n--weird--\r\nepilogue\r\n')
    phone.account.append(foreign, 'Drafts', r'\Draft \Seen')
    phone.sync()
    (server_id, item), = phone.held.items.items()
    phone.change(server_id, [E('Email:To', text(item, 'Email:To')), E('Email:Subject', 'New'), item['AirSyncBase:Body']])
    message, = stored(phone.account)
    assert message['Subject'] == 'New'
    assert message.raw.split(b'\r\n\r\n', 1)[1] == foreign.split(b'\r\n\r\n', 1)[1]
    assert b'To: friends: ann@e.example, bob@e.example;\r\n' in message.raw
    assert message['In-Reply-To'] == '<x@y>' and message['Message-ID'] == '<stays@e.example>'
    # With another text the file is still the same part.
    phone.change(server_id, draft(html='<p>Neu</p>'))
    message, = stored(phone.account)
    assert structure(message) == 'mixed(alternative(plain, html), pdf)' and message['In-Reply-To'] == '<x@y>'
    assert b'Content-Type: application/pdf\r\nX-Own: 1\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nPDF\r\n' in message.raw


@pytest.mark.parametrize('form', [1, 2])
def test_the_beginning_of_a_long_draft_that_comes_back_does_not_replace_it(phone, form):
    lines = [f'Line {number} of a long draft' for number in range(100)]
    phone.add(draft('Long', plain='\r\n'.join(lines)) if form == 1 else
              draft('Long', html='<html><body>' + ''.join(f'<p>{line}</p>' for line in lines) + '</body></html>'))
    other = Phone(phone.account, device_id='Other')
    other.device.start(other.folder)
    cut = [body_preference(form, 300)]
    item, = other.device.sync_all(other.folder, options=cut).items.items()
    assert item[1]['AirSyncBase:Body'].get('Truncated') == '1'
    beginning = E('AirSyncBase:Body', E('AirSyncBase:Type', form), E('AirSyncBase:Data', body(item[1])))
    other.device.change(other.folder, item[0], E('Email:Subject', 'Renamed'), beginning, options=cut)
    message, = stored(phone.account)
    assert message['Subject'] == 'Renamed' and lines[-1] in message.get_body(('plain',)).get_content()
    other.device.change(other.folder, item[0], E('AirSyncBase:Body', E('AirSyncBase:Type', 1), E('AirSyncBase:Data', 'New')),
                        options=cut)
    message, = stored(phone.account)
    assert message.get_content().strip() == 'New'


def test_recipients_that_are_left_out_are_gone(phone):
    server_id = phone.add(draft('x', to='ann@e.example', plain='x', extra=[E('Email2:Bcc', 'bob@e.example')])).get('ServerId')
    phone.change(server_id, draft(plain='Only the text'))
    message, = stored(phone.account)
    assert (message['To'], message['Bcc'], message['Subject']) == ('ann@e.example', 'bob@e.example', 'x')
    phone.change(server_id, draft(to='ann@e.example'))
    message, = stored(phone.account)
    assert message['Bcc'] is None and message['To'] == 'ann@e.example'


def test_flags_of_a_draft_change_without_a_new_message(written):
    phone, server_id, _ = written
    before, = stored(phone.account)
    phone.change(server_id, [E('Email:Flag', E('Email:Status', 2), E('Email:FlagType', 'Flag for follow up'))])
    after, = stored(phone.account)
    assert after.flags == {r'\Draft', r'\Seen', r'\Flagged'} and after.raw == before.raw
    phone.change(server_id, draft('Still flagged'))
    after, = stored(phone.account)
    assert after.flags == {r'\Draft', r'\Seen', r'\Flagged'}


def test_a_changed_draft_can_be_moved_and_deleted(written):
    phone, server_id, _ = written
    phone.change(server_id, draft('Changed'))
    phone.device.delete(phone.folder, server_id)
    assert not stored(phone.account) and [m['Subject'] for m in stored(phone.account, 'Trash')] == ['Changed']
    phone.sync()
    assert not phone.held.items


def test_another_phone_sees_one_draft(written):
    phone, server_id, _ = written
    other = Phone(phone.account)
    assert list(other.held.items) == [server_id]
    phone.change(server_id, draft('Changed here'))
    other.sync()
    (other_id, item), = other.held.items.items()
    assert text(item, 'Email:Subject') == 'Changed here' and other_id != server_id
    other.change(other_id, draft('Changed there'))
    phone.sync()
    assert [text(item, 'Email:Subject') for item in phone.held.items.values()] == ['Changed there']
    assert len(stored(phone.account)) == 1


def test_other_mail_is_not_rewritten(account):
    account.deliver('Not a draft')
    phone = Phone(account)
    phone.folder = phone.device.inbox()
    (server_id, _), = phone.device.sync_all(phone.folder).items.items()
    before, = stored(account, 'INBOX')
    phone.shows(server_id, 'Rewritten')
    assert phone.change(server_id, draft('Rewritten', extra=[E('Email:Read', 1)])) is None
    after, = stored(account, 'INBOX')
    assert after.raw == before.raw and r'\Seen' in after.flags
    phone.sync()
    assert [text(item, 'Email:Subject') for item in phone.held.items.values()] == ['Not a draft']


def test_what_is_a_draft_no_more_is_not_sent_and_told_again(written):
    phone, server_id, _ = written
    before, = stored(phone.account)
    with phone.account.imap('Drafts') as connection:
        check(connection.store('1', '-FLAGS', r'(\Draft)'))
    phone.shows(server_id, 'Edited')
    answer = phone.change(server_id, draft('Edited', to=phone.account.user), send=True)
    assert answer.get('Status') == '6'
    after, = stored(phone.account)
    assert after.raw == before.raw and count(phone.account, 'Edited') == 0
    phone.sync()
    assert [text(item, 'Email:Subject') for item in phone.held.items.values()] == [before['Subject']]


# ---------------------------------------------------------------------- lost answers, conflicts


def test_a_repeated_add_makes_one_draft(phone):
    properties = draft('Once', plain='x', attachments=[attachment('a', 'a.bin', FILE)])
    first = phone.add(properties, lose_answer=True)
    again = phone.add(properties)
    assert again.get('ServerId') == first.get('ServerId') and references(again) == references(first)
    phone.sync()
    assert len(stored(phone.account)) == 1 and len(phone.held.items) == 1


def test_a_repeated_change_is_made_once(written):
    phone, server_id, _ = written
    properties = draft('Once', attachments=[attachment('n', 'n.bin', b'new')])
    first = phone.change(server_id, properties, lose_answer=True)
    again = phone.change(server_id, properties)
    assert references(again) == references(first) and set(references(first)) == {'n'}
    message, = stored(phone.account)
    assert sum(part.get_filename() == 'n.bin' for part in message.walk()) == 1
    phone.sync()
    assert list(phone.held.items) == [server_id]


def test_a_change_that_is_repeated_with_more_replaces_it(written):
    phone, server_id, _ = written
    phone.change(server_id, draft('Lost'), lose_answer=True)
    phone.change(server_id, draft('Newer'))
    phone.sync()
    assert [m['Subject'] for m in stored(phone.account)] == ['Newer'] and list(phone.held.items) == [server_id]


def forget(phone: Phone, state: bytes) -> None:
    """As if the process had been killed before it wrote the collection's state."""
    state_file(phone).write_bytes(state)


def state_file(phone: Phone):
    home = phone.account.instance.directory
    found = [path for path in home.rglob(f'mail-{phone.folder}') if phone.account.user in str(path)
             or phone.account.user.split('@')[0] in str(path)]
    assert len(found) == 1, found
    return found[0]


def test_a_request_whose_process_was_killed_is_not_done_twice(phone):
    before = state_file(phone).read_bytes()
    properties = draft('Once', plain='x', attachments=[attachment('a', 'a.bin', FILE)])
    phone.add(properties, lose_answer=True)
    forget(phone, before)
    server_id = phone.add(properties).get('ServerId')
    assert len(stored(phone.account)) == 1

    before = state_file(phone).read_bytes()
    changed = draft('Changed', attachments=[attachment('b', 'b.bin', PNG)])
    phone.change(server_id, changed, lose_answer=True)
    forget(phone, before)
    phone.change(server_id, changed)
    phone.sync()
    message, = stored(phone.account)
    assert list(phone.held.items) == [server_id]
    assert sorted(part.get_filename() for part in message.walk() if part.get_filename()) == ['a.bin', 'b.bin']
    names = listed(phone.held.items[server_id])
    assert phone.file(names['a.bin']) == FILE and phone.file(names['b.bin']) == PNG


def edit_by_imap(account: Account, subject: str) -> None:
    """As mail programs do: the old draft goes, a new one comes."""
    account.append(make_message(subject, 'By IMAP\n'), 'Drafts', r'\Draft \Seen')
    with account.imap('Drafts') as connection:
        check(connection.store('1', '+FLAGS', r'(\Deleted)'))
        check(connection.expunge())


def test_in_a_conflict_the_servers_draft_stays(written):
    phone, server_id, _ = written
    edit_by_imap(phone.account, 'By IMAP')
    assert phone.change(server_id, draft('By phone')).get('Status') == '8'
    phone.sync()
    assert [m['Subject'] for m in stored(phone.account)] == ['By IMAP']
    assert [text(item, 'Email:Subject') for item in phone.held.items.values()] == ['By IMAP']


def test_in_a_conflict_the_phones_draft_stays_if_it_wants_so(written):
    phone, server_id, _ = written
    edit_by_imap(phone.account, 'By IMAP')
    answer = phone.device.sync(phone.folder, options=[E('AirSync:Conflict', 0), body_preference(2)], commands=[
        E('AirSync:Change', E('AirSync:ServerId', server_id), E('AirSync:ApplicationData', draft('By phone', plain='mine')))])
    assert answer.document.find('Collections/Collection/Responses') is None
    phone.sync()
    assert sorted(m['Subject'] for m in stored(phone.account)) == ['By IMAP', 'By phone']
    assert sorted(text(item, 'Email:Subject') for item in phone.held.items.values()) == ['By IMAP', 'By phone']
    assert text(phone.held.items[server_id], 'Email:Subject') == 'By phone'


# ---------------------------------------------------------------------- sending


@pytest.mark.parametrize('version', ['16.0', '16.1'])
def test_a_draft_is_sent(account, other_account, version):
    phone = Phone(account, version)
    server_id = phone.add(draft('To be sent', to=other_account.user, html=HTML, attachments=[
        attachment('a', 'a.bin', FILE)])).get('ServerId')
    assert phone.change(server_id, draft('Sent now', to=other_account.user, extra=[E('Email2:Bcc', account.user)]), send=True) is None
    message = received(other_account, 'Sent now')
    assert structure(message) == 'mixed(alternative(plain, html), octet-stream)'
    assert message.get_payload()[1].get_content() == FILE
    assert account.user in message['From'] and message['Bcc'] is None and message['X-EAS-Request'] is None
    received(account, 'Sent now')
    copy, = stored(account, 'Sent')
    assert copy['Bcc'] == account.user and r'\Seen' in copy.flags and r'\Draft' not in copy.flags
    assert not stored(account)
    phone.sync()
    assert not phone.held.items


def test_a_new_message_is_sent_without_becoming_a_draft(phone, other_account):
    answer = phone.add(draft('At once', to=other_account.user, plain='Grüße'), send=True)
    assert answer.get('Status') == '1' and answer.get('ServerId') is None
    assert received(other_account, 'At once').get_content().strip() == 'Grüße'
    assert not stored(phone.account) and len(stored(phone.account, 'Sent')) == 1


def test_a_lost_answer_sends_nothing_twice(phone, other_account):
    new = draft('New once', to=other_account.user, plain='x')
    phone.add(new, send=True, lose_answer=True)
    assert phone.add(new, send=True).get('Status') == '1'
    server_id = phone.add(draft('Draft once', to=other_account.user, plain='x')).get('ServerId')
    phone.change(server_id, [], send=True, lose_answer=True)
    assert phone.change(server_id, [], send=True) is None
    phone.sync()
    received(other_account, 'Draft once')
    assert count(other_account, 'New once') == count(other_account, 'Draft once') == 1
    assert len(stored(phone.account, 'Sent')) == 2 and not stored(phone.account)


@pytest.mark.parametrize('to', [None, 'nobody'])
def test_a_draft_without_recipients_is_not_sent(phone, to):
    server_id = phone.add(draft('Nowhere', to=to, plain='x')).get('ServerId')
    assert phone.change(server_id, [], send=True).get('Status') == '183'
    assert len(stored(phone.account)) == 1 and not stored(phone.account, 'Sent')
    assert phone.add(draft('Nowhere', to=to, plain='x'), send=True).get('Status') == '183'


def test_what_programs_note_in_drafts_is_not_sent(phone, other_account):
    phone.account.append(make_message('Noted', 'x\n', to=other_account.user, sender=phone.account.user, fields={
        'X-Mozilla-Draft-Info': 'internal/draft', 'X-Identity-Key': 'id1', 'Fcc': 'imap://x', 'X-Kept': 'yes'}),
        'Drafts', r'\Draft')
    phone.sync()
    server_id, = phone.held.items
    phone.change(server_id, [], send=True)
    message = received(other_account, 'Noted')
    assert message['X-Kept'] == 'yes'
    assert not [name for name in ('X-Mozilla-Draft-Info', 'X-Identity-Key', 'Fcc') if message[name]]


# ---------------------------------------------------------------------- drafts of other programs


@pytest.mark.parametrize('version', ['16.0', '16.1'])
def test_the_phone_sees_drafts_of_imap(account, version):
    message = make_message('By IMAP', 'x\n', to='a@e.example', fields={'Bcc': 'hidden@e.example'})
    account.append(message, 'Drafts', r'\Draft \Seen')
    account.append(make_message('No draft'), 'Drafts')
    phone = Phone(account, version)
    items = {text(item, 'Email:Subject'): item for item in phone.held.items.values()}
    assert items['By IMAP']['Email2:IsDraft'].value() == '1' and text(items['By IMAP'], 'Email2:Bcc') == 'hidden@e.example'
    assert items['No draft']['Email2:IsDraft'].value() == '0'


def test_a_draft_that_the_user_goes_on_writing_after_a_lost_answer_is_there_once(account):
    phone = Phone(account)
    phone.add(draft('One', to='a@example.com', plain='hello'), lose_answer=True)
    phone.add(draft('One, edited', to='a@example.com', plain='hello'))
    phone.sync()
    assert [text(item, 'Email:Subject') for item in phone.held.items.values()] == ['One, edited']
    assert list(account.flags('Drafts')) == ['One, edited']


def test_the_answer_to_an_addition_has_a_class_only_if_it_is_another(account):
    phone = Phone(account)
    assert phone.add(draft('One', plain='hello'), item_class='Email').find('Class') is None
    assert phone.add(draft('Two', plain='hello'), 'new-2', item_class='SMS').get('Class') == 'SMS'
