"""SmartReply and SmartForward: MS-ASCMD 2.2.1.20, 2.2.1.19. What arrives is read by IMAP."""
from __future__ import annotations

import os

import pytest

from accounts import Account, make_message
from eas_client import E
from test_send_mail import accepted, count, received, sent_by

PICTURE = b'\x89PNG' + os.urandom(3000)
FILE = os.urandom(100_000)


def deliver(account: Account, subject: str = 'The original', **arguments) -> str:
    """A message whose ServerId is returned."""
    account.deliver_raw(make_message(subject, 'Ihr Gruß\n', to=account.user, **arguments))
    return newest(account)


def newest(account: Account) -> str:
    device = account.phone()
    return list(device.sync_all(device.inbox()).items)[-1]


def smart(client, command: str, mime: bytes, item_id: str, *, client_id: str = 'c1', save: bool = True,
          replace: bool = False, folder_id: str = ''):
    folder_id = folder_id or item_id.split(':')[0]
    if float(client.version) < 14:
        parameters = {'CollectionId': folder_id, 'ItemId': item_id, **({'SaveInSent': 'T'} if save else {})}
        return client.post(command, body=mime, content_type='message/rfc822', parameters=parameters)
    return client.post(command, E(
        f'ComposeMail:{command}', E('ComposeMail:ClientId', client_id),
        E('ComposeMail:Source', E('ComposeMail:FolderId', folder_id), E('ComposeMail:ItemId', item_id)),
        E('ComposeMail:SaveInSentItems') if save else None, E('ComposeMail:ReplaceMime') if replace else None,
        E('ComposeMail:Mime', mime)))


def test_a_reply_quotes_the_original(account, other_account, version):
    item = deliver(account, fields={'References': '<first@elsewhere.example>'})
    mime = sent_by(account, 'Re: The original', other_account.user, 'Mein Gruß\n')
    answer = smart(account.client(version), 'SmartReply', mime, item)
    assert accepted(answer) and answer.body == b''
    got = received(other_account, 'Re: The original')
    text = got.get_content()
    assert text.startswith('Mein Gruß\n') and '\nFrom: ' in text and '> Ihr Gruß\n' in text
    assert got['References'].startswith('<first@elsewhere.example>')
    assert got['References'].endswith(got['In-Reply-To'])
    assert r'\Answered' in account.flags()['The original']
    assert r'\Seen' in account.flags('Sent')['Re: The original']
    assert 'Ihr Gruß' in received(account, 'Re: The original', 'Sent').get_content()


def test_a_forward_has_text_and_attachments(account, other_account, version):
    item = deliver(account, attachments=[('Über.bin', 'application/octet-stream', FILE), ('a.txt', 'text/plain', b'x')])
    mime = sent_by(account, 'Fwd: The original', other_account.user, 'FYI\n')
    assert accepted(smart(account.client(version), 'SmartForward', mime, item))
    got = received(other_account, 'Fwd: The original')
    assert got.get_body().get_content().startswith('FYI\n') and '\nIhr Gruß\n' in got.get_body().get_content()
    files = list(got.iter_attachments())
    assert [part.get_filename() for part in files] == ['Über.bin', 'a.txt']
    assert files[0].get_payload(decode=True) == FILE
    assert '$Forwarded' in account.flags()['The original']


def test_the_attachment_is_passed_as_it_is_stored(account, other_account):
    raw = make_message('Stored', 'text\n', to=account.user, attachments=[('x.bin', 'application/x-odd', FILE)])
    account.deliver_raw(raw)
    mime = sent_by(account, 'Fwd: Stored', other_account.user)
    assert accepted(smart(account.client(), 'SmartForward', mime, newest(account)))
    received(other_account, 'Fwd: Stored')
    with other_account.imap('INBOX') as connection:
        sent = connection.fetch('1', '(BODY.PEEK[])')[1][0][1]
    start = raw.index(b'Content-Type: application/x-odd')
    assert raw[start:raw.index(b'\r\n--', start)] in sent


def test_html_and_its_images_are_kept(account, other_account):
    boundary = (f'From: s@elsewhere.example\r\nTo: {account.user}\r\nSubject: Picture\r\nMIME-Version: 1.0\r\n'
                'Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=iso-8859-1\r\n'
                '\r\n<html><body><p>Gr\xfc\xdfe <img src="cid:1@x"></p></body></html>\r\n--b\r\nContent-Type: image/png\r\n'
                'Content-ID: <1@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n')
    account.deliver_raw(boundary.encode('latin-1'))
    mime = sent_by(account, 'Re: Picture', other_account.user, html='<html><body><i>Danke</i></body></html>')
    assert accepted(smart(account.client(), 'SmartReply', mime, newest(account)))
    got = received(other_account, 'Re: Picture')
    html = got.get_body(('html',)).get_content()
    assert '<i>Danke</i>' in html and '<p>Grüße <img src="cid:1@x"></p></blockquote>' in html
    assert '> Grüße' in got.get_body(('plain',)).get_content()
    image, = [part for part in got.walk() if part.get_content_type() == 'image/png']
    assert image['Content-ID'] == '<1@x>' and image.get_payload(decode=True) == b'\x89PNG\r\n\x1a\n'


def test_the_phones_own_attachments_stay(account, other_account):
    item = deliver(account, attachments=[('theirs.bin', 'application/octet-stream', FILE)])
    mime = sent_by(account, 'Both', other_account.user, attachments=[('own.png', 'image/png', PICTURE)])
    assert accepted(smart(account.client(), 'SmartForward', mime, item))
    files = {part.get_filename(): part.get_payload(decode=True)
             for part in received(other_account, 'Both').iter_attachments()}
    assert files == {'own.png': PICTURE, 'theirs.bin': FILE}


def test_with_replace_mime_nothing_is_added(account, other_account):
    item = deliver(account, attachments=[('x.bin', 'application/octet-stream', FILE)])
    for number, command in enumerate(('SmartReply', 'SmartForward')):
        mime = sent_by(account, command, other_account.user, 'All of it.\n')
        assert accepted(smart(account.client(), command, mime, item, replace=True, client_id=str(number)))
        assert received(other_account, command).get_content() == 'All of it.\n'
    assert account.flags()['The original'] >= {r'\Answered', '$Forwarded'}


def test_a_signed_original_is_forwarded_whole(account, other_account):
    raw = (f'From: s@elsewhere.example\r\nTo: {account.user}\r\nSubject: Signed\r\nMIME-Version: 1.0\r\n'
           'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=b\r\n\r\n'
           '--b\r\nContent-Type: text/plain\r\n\r\nTo be  kept \r\n--b\r\nContent-Type: application/pkcs7-signature\r\n'
           'Content-Transfer-Encoding: base64\r\n\r\nU0lH\r\n--b--\r\n').encode()
    account.deliver_raw(raw)
    mime = sent_by(account, 'Fwd: Signed', other_account.user)
    assert accepted(smart(account.client(), 'SmartForward', mime, newest(account)))
    attached, = received(other_account, 'Fwd: Signed').iter_attachments()
    assert attached.get_content_type() == 'message/rfc822'
    assert bytes(attached.get_content()).replace(b'\r\n', b'\n').endswith(raw[raw.index(b'--b'):].replace(b'\r\n', b'\n'))


def test_a_large_original_is_forwarded(stored, other_account):
    data = os.urandom(8_000_000)
    item = deliver(stored, 'Large', attachments=[('large.bin', 'application/octet-stream', data)])
    mime = sent_by(stored, 'Fwd: Large', other_account.user)
    assert accepted(smart(stored.client(), 'SmartForward', mime, item))
    if stored.instance is other_account.instance:
        attached, = received(other_account, 'Fwd: Large', seconds=30).iter_attachments()
        assert attached.get_payload(decode=True) == data
    copy, = received(stored, 'Fwd: Large', 'Sent').iter_attachments()
    assert copy.get_payload(decode=True) == data


def test_what_was_sent_is_answered_too(account, other_account):
    """The original is in the folder that the copy goes to."""
    device = account.phone()
    assert accepted(device.send_mail(sent_by(account, 'First', other_account.user, 'My first\n')))
    sent = device.folder('Sent')
    item, = device.sync_all(sent).items
    mime = sent_by(account, 'Second', other_account.user)
    assert accepted(smart(account.client(), 'SmartReply', mime, item, client_id='second'))
    assert '> My first' in received(account, 'Second', 'Sent').get_content()


@pytest.mark.parametrize('command', ['SmartReply', 'SmartForward'])
def test_without_the_original_nothing_is_sent(account, other_account, command):
    item = deliver(account)
    account.expunge('The original')
    mime = sent_by(account, 'Orphan', other_account.user)
    client = account.client()
    for number, wrong in enumerate((item, item + '9', 'nonsense')):
        answer = smart(client, command, mime, wrong, client_id=str(number))
        assert answer.get('Status') == '150'
    assert smart(account.client('12.1'), command, mime, item).status == 500
    assert count(other_account, 'Orphan') == 0 and account.flags('Sent') == {}


def test_a_search_result_that_is_unknown_has_status_150(account, other_account):
    answer = account.client().post('SmartReply', E(
        'ComposeMail:SmartReply', E('ComposeMail:ClientId', 'l'),
        E('ComposeMail:Source', E('ComposeMail:LongId', 'no-such-result')),
        E('ComposeMail:Mime', sent_by(account, 'x', other_account.user))))
    assert answer.get('Status') == '150'


def test_forwardees_are_for_calendar_items_only(account, other_account):
    item = deliver(account)
    source = E('ComposeMail:Source', E('ComposeMail:FolderId', item.split(':')[0]), E('ComposeMail:ItemId', item))
    forwardees = E('ComposeMail:Forwardees', E(
        'ComposeMail:Forwardee', E('ComposeMail:ForwardeeEmail', other_account.user)))
    client = account.client('16.1')
    alone = client.post('SmartForward', E('ComposeMail:SmartForward', E('ComposeMail:ClientId', 'f'), source, forwardees))
    assert alone.get('Status') == '179'
    both = client.post('SmartForward', E('ComposeMail:SmartForward', E('ComposeMail:ClientId', 'f'), source, forwardees,
                                         E('ComposeMail:Mime', sent_by(account, 'x', other_account.user))))
    assert both.get('Status') == '178'


def test_a_client_id_sends_once_only(account, other_account):
    item = deliver(account)
    mime = sent_by(account, 'Once', other_account.user)
    client = account.client()
    assert accepted(smart(client, 'SmartReply', mime, item, client_id='same'))
    received(other_account, 'Once')
    assert smart(client, 'SmartReply', mime, item, client_id='same').get('Status') == '118'
    assert client.send_mail(mime, client_id='same').get('Status') == '118'
    assert count(account, 'Once', 'Sent') == 1


def test_another_phone_sees_the_last_verb(account, other_account):
    item = deliver(account)
    assert accepted(smart(account.client(), 'SmartReply', sent_by(account, 'Re', other_account.user), item))
    device = account.phone('14.1')
    assert device.sync_all(device.inbox()).items[item]['Email2:LastVerbExecuted'].value() == '1'


@pytest.mark.parametrize('others, verb', [([], '1'), (['own'], '1'), (['third'], '2')])
def test_the_last_verb_tells_a_reply_to_all(account, other_account, others, verb):
    people = {'own': account.user, 'third': account.instance.take_user()}
    account.deliver_raw(make_message('Original', sender=other_account.user, to=', '.join(people.values())))
    device = account.phone('16.1')
    item, = device.sync_all(device.inbox()).items
    recipients = ', '.join([other_account.user, *(people[other] for other in others)])
    assert accepted(smart(device.client, 'SmartReply', sent_by(account, 'Re', recipients), item))
    device.sync_all(device.inbox())
    assert device.held(device.inbox()).items[item]['Email2:LastVerbExecuted'].value() == verb
