"""Notes (MS-ASNOTE): messages in the mailbox Notes, in the form that Apple's Notes gives them over IMAP."""
from __future__ import annotations

import email
import email.policy
import re

import pytest

from accounts import check, quoted
from eas_client import E
from eas_client.client import body_preference
from eas_client.device import NOTES, USER_NOTES, body, text
from test_ping import receive, waiting

VERSIONS = ['14.0', '14.1', '16.0', '16.1']
PLAIN, HTML = body_preference(1), body_preference(2)
UUID = '2B6FC8A7-7F0C-4C5B-9C1E-0D6F5B9E1A01'


def apple_note(subject: str, html: str, uuid: str = UUID, date: str = 'Sun, 22 Nov 2026 10:58:07 +0100') -> bytes:
    """As macOS and iOS save it."""
    return (f'Content-Type: text/html;\r\n\tcharset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n'
            f'From: Anna <anna@demo.example>\r\nX-Uniform-Type-Identifier: com.apple.mail-note\r\n'
            f'X-Universally-Unique-Identifier: {uuid}\r\nMime-Version: 1.0 (Mac OS X Notes 4.11)\r\nDate: {date}\r\n'
            f'X-Mail-Created-Date: Sat, 21 Nov 2026 08:00:00 +0100\r\nSubject: {subject}\r\n'
            f'Message-Id: <{uuid}.{abs(hash((html, date)))}@demo.example>\r\n\r\n{html}\r\n').encode()


SHOPPING = apple_note('Shopping', '<html><head></head><body>Shopping<div>Bread &amp; milk</div><div><br></div>'
                                  '<div>Käse</div></body></html>')
PICTURE = (f'From: anna@demo.example\r\nSubject: Picture\r\nDate: Sun, 22 Nov 2026 10:58:07 +0100\r\n'
           f'X-Uniform-Type-Identifier: com.apple.mail-note\r\nX-Universally-Unique-Identifier: {UUID}\r\n'
           'Mime-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"; type="text/html"\r\n\r\n'
           '--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>Picture<div><object type='
           '"application/x-apple-msg-attachment" data="cid:1@x"></object></div></body></html>\r\n'
           '--b\r\nContent-Type: image/png; name="a.png"\r\nContent-Id: <1@x>\r\nContent-Disposition: inline\r\n'
           'Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n').encode()


@pytest.fixture(params=VERSIONS, name='noted')
def fixture_noted(request, account):
    """A phone of each version that supports notes, of a user with a mailbox of notes."""
    return Phone(account, request.param)


class Phone:
    def __init__(self, account, version: str = '14.1', mailbox: bool = True):
        self.account = account
        if mailbox:
            self.make_mailbox('Notes')
        self.device = account.phone(version)
        self.folder = self.device.of_type(NOTES)

    def make_mailbox(self, name: str) -> None:
        with self.account.imap() as connection:
            connection.create(quoted(name))
            connection.subscribe(quoted(name))

    def sync(self, preference=PLAIN) -> dict[str, dict]:
        """Subject -> properties."""
        held = self.device.sync_all(self.folder, options=[preference])
        found = {text(item, 'Notes:Subject'): item for item in held.items.values()}
        assert len(found) == len(held.items)
        return found

    def id_of(self, subject: str) -> str:
        return next(server_id for server_id, item in self.device.held(self.folder).items.items()
                    if text(item, 'Notes:Subject') == subject)

    def add(self, client_id: str, *properties):
        if self.device.held(self.folder).sync_key == '0':
            self.sync()
        return self.device.add(self.folder, client_id, *properties, options=[PLAIN])

    def change(self, server_id: str, *properties):
        """The Status of the Change."""
        answer = self.device.change(self.folder, server_id, *properties, options=[PLAIN])
        part = answer.document.find('AirSync:Collections/AirSync:Collection/AirSync:Responses/AirSync:Change')
        return '1' if part is None else part.get('Status')

    def messages(self, mailbox: str = 'Notes') -> list:
        """What an IMAP client sees: (message, flags)."""
        found = []
        with self.account.imap() as connection:
            if check(connection.select(quoted(mailbox))) == [b'0']:
                return []
            for data in check(connection.fetch('1:*', '(FLAGS BODY.PEEK[])')):
                if isinstance(data, tuple):
                    flags = re.search(rb'FLAGS \(([^)]*)\)', data[0]).group(1).decode().split()
                    found.append((email.message_from_bytes(data[1], policy=email.policy.default), flags))
        return found


def note(subject: str | None = 'Ideas', words: str | None = 'Ideas\nfirst', type_: int = 1, *categories: str,
         message_class: str = 'IPM.StickyNote'):
    return [part for part in (
        E('Notes:Subject', subject) if subject is not None else None,
        E('AirSyncBase:Body', E('AirSyncBase:Type', type_), E('AirSyncBase:Data', words)) if words is not None else None,
        E('Notes:MessageClass', message_class),
        E('Notes:Categories', [E('Notes:Category', each) for each in categories]) if categories else None) if part]


def test_a_note_of_apples_notes_is_on_the_phone(noted):
    noted.account.append(SHOPPING, 'Notes', r'\Seen')
    item = noted.sync()['Shopping']
    assert body(item).replace('\r', '').strip() == 'Shopping\nBread & milk\n\nKäse'
    assert text(item, 'Notes:MessageClass') == 'IPM.StickyNote'
    assert text(item, 'Notes:LastModifiedDate') == '20261122T095807Z'
    assert 'Notes:Categories' not in item
    other = Phone(noted.account, noted.device.client.version, mailbox=False)
    assert '<div>Bread &amp; milk</div>' in body(other.sync(HTML)['Shopping'])


def test_a_note_of_the_phone_is_one_for_apples_notes(noted):
    outcome = noted.add('c1', *note('Ideas', 'Ideas\n  <b>\n\nend', 1, 'Projects', 'Büro'))
    assert outcome.get('Status') == '1'
    (message, flags), = noted.messages()
    assert message['Subject'] == 'Ideas' and message['X-Uniform-Type-Identifier'] == 'com.apple.mail-note'
    assert re.fullmatch('[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}', message['X-Universally-Unique-Identifier'])
    assert noted.account.user in message['From'] and message['X-Mail-Created-Date'] and message['Date']
    assert message.get_content_type() == 'text/html'
    assert message.get_content().strip() == ('<html><head></head><body>Ideas<div>&nbsp; &lt;b&gt;</div><div><br></div>'
                                             '<div>end</div></body></html>').replace('&nbsp; ', '&nbsp; ')
    assert '\\Seen' in flags and 'Projects' in flags
    assert noted.device.sync_all(noted.folder, options=[PLAIN]).items.keys() == {outcome.get('ServerId')}
    item = Phone(noted.account, noted.device.client.version, mailbox=False).sync()['Ideas']
    assert [each.value() for each in item['Notes:Categories'].children] == ['Büro', 'Projects']


def test_a_change_of_the_phone_replaces_the_message(noted):
    noted.account.append(SHOPPING, 'Notes', r'\Seen')
    noted.sync()
    server_id = noted.id_of('Shopping')
    assert noted.change(server_id, *note('Shopping', 'Shopping\nButter')) == '1'
    (message, _), = noted.messages()
    assert message['X-Universally-Unique-Identifier'] == UUID
    assert message['X-Mail-Created-Date'].startswith('Sat, 21 Nov 2026') and 'Anna' in message['From']
    assert '<div>Butter</div>' in message.get_content() and 'milk' not in message.get_content()
    assert noted.device.sync_all(noted.folder, options=[PLAIN]).items.keys() == {server_id}


def test_html_of_the_phone_is_kept_as_it_is(noted):
    html = '<html><body><p>One <i>two</i></p></body></html>'
    noted.add('c1', *note('One', html, 2))
    (message, _), = noted.messages()
    assert message.get_content().strip() == html
    assert body(Phone(noted.account, noted.device.client.version, mailbox=False).sync(HTML)['One']).strip() == html


def test_a_change_in_apples_notes_is_a_change_on_the_phone(noted):
    noted.account.append(SHOPPING, 'Notes', r'\Seen')
    noted.sync()
    server_id = noted.id_of('Shopping')
    noted.account.append(apple_note('Shopping', '<html><body>Shopping<div>Butter</div></body></html>',
                                    date='Sun, 22 Nov 2026 12:00:00 +0100'), 'Notes', r'\Seen')
    item = noted.sync()['Shopping']  # both messages are there: the newer one is the note
    assert 'Butter' in body(item) and text(item, 'Notes:LastModifiedDate') == '20261122T110000Z'
    with noted.account.imap('Notes') as connection:
        check(connection.store('1', '+FLAGS', r'(\Deleted)'))
        check(connection.expunge())
    assert noted.device.sync_all(noted.folder, options=[PLAIN]).items.keys() == {server_id}
    noted.account.expunge('Shopping', mailbox='Notes')
    assert noted.sync() == {}


def test_a_deleted_message_is_no_note_before_it_is_expunged(noted):
    noted.account.append(SHOPPING, 'Notes')
    assert 'Shopping' in noted.sync()
    noted.account.store('Shopping', '+FLAGS', r'\Deleted', 'Notes')
    assert noted.sync() == {}


def test_categories_are_keywords(noted):
    noted.account.append(SHOPPING, 'Notes', '$Important Home')
    item = noted.sync()['Shopping']
    assert [each.value() for each in item['Notes:Categories'].children] == ['Home']
    server_id = noted.id_of('Shopping')
    same = note('Shopping', body(item), 1, 'Projects')
    assert noted.change(server_id, *same) == '1'
    (message, flags), = noted.messages()
    assert {'$Important', 'Projects'} <= set(flags) and 'Home' not in flags
    assert 'Bread &amp; milk' in message.get_content()  # it is the same message still
    assert noted.change(server_id, *note('Shopping', None)) == '1'  # MS-ASNOTE 3.2.5.3: missing ones are deleted
    assert 'Projects' not in noted.messages()[0][1] and 'Bread &amp; milk' in noted.messages()[0][0].get_content()


def test_a_change_without_subject_or_body_leaves_them(noted):
    noted.account.append(SHOPPING, 'Notes')
    noted.sync()
    server_id = noted.id_of('Shopping')
    assert noted.change(server_id, *note('Renamed', None)) == '1'
    (message, _), = noted.messages()
    assert message['Subject'] == 'Renamed' and 'Käse' in message.get_content()
    assert noted.change(server_id, *note(None, 'Only text')) == '1'
    (message, _), = noted.messages()
    assert message['Subject'] == 'Renamed' and 'Only text' in message.get_content()


@pytest.mark.parametrize('bytes_shown', [0, 5])
def test_the_beginning_of_a_note_that_comes_back_does_not_replace_it(noted, bytes_shown):
    """A Change has "all required elements" (MS-ASNOTE 3.1.5.3), the body as the phone was given it among them."""
    noted.account.append(SHOPPING, 'Notes')
    options = [body_preference(1, bytes_shown)]
    item, = noted.device.sync_all(noted.folder, options=options).items.values()
    noted.device.change(noted.folder, noted.id_of('Shopping'), *note('Renamed', None, 1, 'Home'), item['AirSyncBase:Body'], options=options)
    (message, flags), = noted.messages()
    assert message['Subject'] == 'Renamed' and 'Home' in flags and 'Käse' in message.get_content()
    noted.device.sync_all(noted.folder, options=options)
    noted.device.change(noted.folder, noted.id_of('Renamed'), *note('Renamed', 'Butter'), options=options)
    assert 'Butter' in noted.messages()[0][0].get_content() and 'Käse' not in noted.messages()[0][0].get_content()


def test_an_empty_text_empties_the_note(noted):
    noted.account.append(SHOPPING, 'Notes')
    noted.sync()
    server_id = noted.id_of('Shopping')
    assert noted.change(server_id, *note('Shopping', None), E('AirSyncBase:Body', E('AirSyncBase:Type', 1))) == '1'
    assert 'Käse' in noted.messages()[0][0].get_content()  # without Data it stays: MS-ASCMD 2.2.3.24
    assert noted.change(server_id, *note('Shopping', '')) == '1'
    assert 'Käse' not in noted.messages()[0][0].get_content() and body(noted.sync()['Shopping']).strip() == ''


def test_a_message_class_that_is_no_notes_is_refused(noted):
    assert noted.add('c1', *note(message_class='IPM.Note')).get('Status') == '6'
    assert noted.add('c2', *note(message_class='IPM.StickyNote.Work')).get('Status') == '1'
    assert text(Phone(noted.account, noted.device.client.version, mailbox=False).sync()['Ideas'],
                'Notes:MessageClass') == 'IPM.StickyNote.Work'
    assert noted.change(noted.id_of('Ideas'), *note(message_class='IPM.StickyNoteX')) == '6'
    assert len(noted.messages()) == 1


def test_a_date_of_the_phone_is_ignored(noted):
    """MS-ASNOTE 3.1.5.3.1, 3.2.5.3.1: the server tells when the note was changed, whatever the phone says."""
    for given in ('20010101T000000Z', '2001-01-01T00:00:00.000Z', 'yesterday', ''):
        assert noted.add(f'c{given}', *note(f'From {given}'), E('Notes:LastModifiedDate', given)).get('Status') == '1'
    noted.device.sync_all(noted.folder, options=[PLAIN])
    assert noted.change(noted.id_of('From yesterday'), *note('Changed'), E('Notes:LastModifiedDate', 'tomorrow')) == '1'
    told = Phone(noted.account, noted.device.client.version, mailbox=False).sync()
    assert len(told) == 4 and 'Changed' in told
    assert all(re.fullmatch(r'20[2-9]\d\d{4}T\d{6}Z', text(item, 'Notes:LastModifiedDate')) for item in told.values())


def test_a_note_that_is_too_long_is_not_asked_for_again(noted):
    """Status 6, "stop sending the item", where 5 would have the phone try for ever: MS-ASCMD 2.2.3.177.17."""
    assert noted.add('c1', *note('Long', 'x' * (5 << 20))).get('Status') == '6'
    noted.add('c2', *note('Short', 'Short'))
    noted.device.sync_all(noted.folder, options=[PLAIN])
    assert noted.change(noted.id_of('Short'), *note('Short', 'y' * (5 << 20))) == '6'
    assert [message['Subject'] for message, _ in noted.messages()] == ['Short']
    assert body(noted.sync()['Short']).strip() == 'Short'


def test_pictures_are_not_lost(noted):
    noted.account.append(PICTURE, 'Notes')
    noted.sync()
    server_id = noted.id_of('Picture')
    assert noted.change(server_id, *note('Picture', 'Other words')) == '7'
    assert len(list(noted.messages()[0][0].walk())) == 3
    noted.device.sync_all(noted.folder, options=[PLAIN])
    assert noted.change(server_id, *note('New name', None)) == '1'  # the subject alone can be changed
    (message, _), = noted.messages()
    assert message['Subject'] == 'New name' and [part.get_content_type() for part in message.walk()] == [
        'multipart/related', 'text/html', 'image/png']


def test_a_deletion_of_the_phone(noted):
    noted.account.append(SHOPPING, 'Notes')
    noted.sync()
    noted.device.delete(noted.folder, noted.id_of('Shopping'))
    assert noted.messages() == [] and noted.sync() == {}


def test_both_sides_change_a_note(noted):
    noted.account.append(SHOPPING, 'Notes')
    noted.sync()
    server_id = noted.id_of('Shopping')
    noted.account.append(apple_note('Shopping', '<html><body>Shopping<div>Butter</div></body></html>'), 'Notes')
    assert noted.change(server_id, *note('Shopping', 'Shopping\nEggs')) == '7'  # the server wins
    assert 'Butter' in body(noted.sync()['Shopping'])
    assert 'Butter' in noted.messages()[-1][0].get_content()


def test_a_message_of_another_program_is_a_note(noted):
    noted.account.append(b'From: x@demo.example\r\nSubject: Plain\r\n\r\nline one\r\nline two\r\n', 'Notes')
    item = noted.sync()['Plain']
    assert body(item).replace('\r', '').strip() == 'line one\nline two'
    server_id = noted.id_of('Plain')
    assert noted.change(server_id, *note('Plain', 'line three')) == '1'
    assert noted.device.sync_all(noted.folder, options=[PLAIN]).items.keys() == {server_id}
    (message, _), = noted.messages()
    assert 'line three' in message.get_content() and message['X-Universally-Unique-Identifier']


def test_a_repeated_add_makes_one_note(noted):
    noted.sync()
    key = noted.device.held(noted.folder).sync_key
    first = noted.add('c1', *note())
    noted.device.held(noted.folder).sync_key = key
    noted.device.held(noted.folder).items.clear()
    again = noted.add('c1', *note())
    assert again.get('ServerId') == first.get('ServerId') and len(noted.messages()) == 1


def test_supported_is_refused(noted):
    answer = noted.device.start(noted.folder, supported=[E('Notes:Subject')])
    assert answer.get('AirSync:Collections/AirSync:Collection/AirSync:Status') == '4'


def test_item_operations_and_estimate(noted):
    noted.sync()
    noted.account.append(SHOPPING, 'Notes')
    client, held = noted.device.client, noted.device.held(noted.folder)
    assert client.get_item_estimate(noted.folder, held.sync_key).expect().get(
        'GetItemEstimate:Response/GetItemEstimate:Collection/GetItemEstimate:Estimate') == '1'
    noted.sync()
    fetched = client.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E('AirSync:CollectionId', noted.folder),
                             E('AirSync:ServerId', noted.id_of('Shopping')),
                             E('ItemOperations:Options', body_preference(1)))).expect()
    found = fetched.document.find('ItemOperations:Response/ItemOperations:Fetch')
    assert found.get('Status') == '1' and found.get('AirSync:Class') == 'Notes'
    assert found.get('ItemOperations:Properties/Notes:Subject') == 'Shopping'
    assert 'Bread & milk' in found.get('ItemOperations:Properties/AirSyncBase:Body/AirSyncBase:Data')


def test_a_fetch_in_sync_has_the_whole_body(noted):
    """And no more: the published schema of the response has no element of notes in Fetch."""
    noted.account.append(SHOPPING, 'Notes')
    cut = body_preference(1, 8)
    server_id = noted.sync(cut) and noted.id_of('Shopping')
    assert 'Bread' not in body(noted.device.held(noted.folder).items[server_id])
    answer = noted.device.sync(noted.folder, options=[cut], commands=[E('AirSync:Fetch', E('AirSync:ServerId', server_id))])
    found = answer.document.find('AirSync:Collections/AirSync:Collection/AirSync:Responses/AirSync:Fetch')
    assert found.get('Status') == '1'
    assert 'Bread & milk' in found.get('ApplicationData/AirSyncBase:Body/AirSyncBase:Data')


def test_folders_of_notes(noted):
    noted.make_mailbox('Notes/Recipes')
    noted.device.folder_sync()
    assert 'Notes' not in [folder.name for folder in noted.device.folders.values() if folder.type == '12']
    other = noted.device.of_type(USER_NOTES)
    assert noted.device.folders[other].name == 'Recipes' and noted.device.folders[other].parent_id == noted.folder
    noted.account.append(SHOPPING, 'Notes')
    noted.sync()
    noted.device.sync_all(other)
    moved = noted.device.client.post('MoveItems', E('Move:MoveItems', E(
        'Move:Move', E('Move:SrcMsgId', noted.id_of('Shopping')), E('Move:SrcFldId', noted.folder),
        E('Move:DstFldId', other)))).expect()
    assert moved.get('Move:Response/Move:Status') == '3'
    assert noted.sync() == {}
    assert list(noted.device.sync_all(other).items) == [moved.get('Move:Response/Move:DstMsgId')]
    assert len(noted.messages('Notes/Recipes')) == 1


def test_a_phone_makes_renames_and_deletes_a_folder(noted):
    client = noted.device.client
    made = client.post('FolderCreate', E(
        'FolderHierarchy:FolderCreate', E('FolderHierarchy:SyncKey', noted.device.folder_key),
        E('FolderHierarchy:ParentId', noted.folder), E('FolderHierarchy:DisplayName', 'Recipes'),
        E('FolderHierarchy:Type', 17))).expect()
    assert made.get('Status') == '1'
    with noted.account.imap() as connection:
        assert any(b'Notes/Recipes' in line for line in check(connection.list()))
    renamed = client.post('FolderUpdate', E(
        'FolderHierarchy:FolderUpdate', E('FolderHierarchy:SyncKey', made.get('SyncKey')),
        E('FolderHierarchy:ServerId', made.get('ServerId')), E('FolderHierarchy:ParentId', noted.folder),
        E('FolderHierarchy:DisplayName', 'Cooking'))).expect()
    assert renamed.get('Status') == '1'
    deleted = client.post('FolderDelete', E(
        'FolderHierarchy:FolderDelete', E('FolderHierarchy:SyncKey', renamed.get('SyncKey')),
        E('FolderHierarchy:ServerId', made.get('ServerId')))).expect()
    assert deleted.get('Status') == '1'
    with noted.account.imap() as connection:
        assert not any(b'Notes/' in line for line in check(connection.list()))


def test_a_new_note_wakes_the_phone(noted):
    noted.sync()
    waiting(noted.account, noted.device, noted.folder)
    noted.account.append(SHOPPING, 'Notes')
    answer = receive(noted.device)
    assert answer.get('Status') == '2'
    assert [each.value() for each in answer.document.findall('Ping:Folders/Ping:Folder')] == [noted.folder]
    assert 'Shopping' in noted.sync()


def test_a_user_without_the_mailbox_has_no_notes(account):
    device = account.phone('16.1')
    assert not [folder for folder in device.folders.values() if folder.type in (NOTES, USER_NOTES)]


def test_phones_that_know_no_notes_are_shown_none(account):
    with pytest.raises(KeyError):
        Phone(account, '12.1')
    assert 'Notes' not in [folder.name for folder in account.phone('12.1').folders.values()]


def test_notes_are_no_mail(account):
    phone = Phone(account)
    phone.account.append(SHOPPING, 'Notes')
    account.deliver('Shopping list by mail')
    phone.device.sync_all(phone.device.inbox())
    found = phone.device.client.search(E('AirSync:Class', 'Email'), E('Search:FreeText', 'Shopping'),
                                       options=[E('Search:Range', '0-9')]).expect()
    assert len(list(found.document.findall('Search:Response/Search:Store/Search:Result'))) == 1


def test_an_addition_that_is_repeated_has_the_last_word(noted):
    noted.sync()
    for words in ('Ideas\nfirst', 'Ideas\nsecond'):
        answer = noted.device.client.sync(noted.device.request(noted.folder, options=[PLAIN], commands=[
            E('AirSync:Add', E('AirSync:ClientId', 'new-1'), E('AirSync:ApplicationData', note('', words)))])).expect()
    noted.device.apply_addition(noted.folder, answer)
    found = noted.sync()
    assert list(found) == ['Ideas'] and body(found['Ideas']).replace('\r', '').strip() == 'Ideas\nsecond'
    assert list(noted.account.flags('Notes')) == ['Ideas']
