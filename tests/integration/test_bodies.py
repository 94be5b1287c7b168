"""Bodies and attachments in Sync: MS-ASAIRS."""
from __future__ import annotations

import email
import email.policy

import pytest

from accounts import make_message
from eas_client import E
from eas_client.client import body_preference
from eas_client.device import body, text

HTML = '<html><body><h1>Title</h1><p>Grüße &amp; more</p></body></html>'


def item_of(account, message: bytes, *options, version: str = '14.1'):
    """The one item of the Inbox after the message was delivered."""
    account.deliver_raw(message)
    device = account.phone(version)
    return list(device.sync_all(device.inbox(), options=options or [body_preference(1)]).items.values())[-1]


def body_type(item) -> str:
    return item['AirSyncBase:Body'].get('Type')


def test_plain_text_is_given_as_it_is(account, version):
    item = item_of(account, make_message('x', 'Grüße,\n\n  indented\n'), version=version)
    assert body_type(item) == '1'
    assert body(item).replace('\r\n', '\n').rstrip('\n') == 'Grüße,\n\n  indented'
    assert text(item, 'AirSyncBase:NativeBodyType') == '1'


@pytest.mark.parametrize('content_type', [b'text/plain', b'text/plain; charset=utf-8', b'text/plain; charset=x-unheard-of'])
def test_text_that_should_be_utf_8_and_is_not_is_windows_1252(account, content_type):
    item = item_of(account, b'From: J\xf6rg <joerg@elsewhere.example>\r\nSubject: Gr\xfc\xdfe\r\nMIME-Version: 1.0\r\n'
                            b'Content-Type: ' + content_type + b'\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\x84Gr\xfc\xdfe\x93\r\n')
    assert body(item).rstrip() == '\u201eGrüße\u201c'
    assert text(item, 'Email:Subject') == 'Grüße' and 'Jörg' in text(item, 'Email:From')


def test_html_is_given_as_it_is(account, version):
    item = item_of(account, make_message('x', 'plain\n', html=HTML), body_preference(2), version=version)
    assert body_type(item) == '2'
    assert 'Grüße &amp; more' in body(item)
    assert text(item, 'AirSyncBase:NativeBodyType') == '2'


def test_html_only_is_converted_to_text(account):
    message = email.message_from_bytes(make_message('x'), policy=email.policy.SMTP)
    message.set_content(HTML, subtype='html')
    item = item_of(account, bytes(message), body_preference(1))
    assert body_type(item) == '1'
    assert 'Title' in body(item) and 'Grüße & more' in body(item) and '<' not in body(item)
    assert text(item, 'AirSyncBase:NativeBodyType') == '2'


def test_text_only_is_converted_to_html(account):
    item = item_of(account, make_message('x', 'a < b & c\nnext\n'), body_preference(2))
    assert body_type(item) in ('1', '2')
    if body_type(item) == '2':
        assert 'a &lt; b &amp; c' in body(item)


def test_the_better_of_two_alternatives_is_chosen(account):
    message = make_message('x', 'the plain one\n', html='<p>the rich one</p>')
    account.deliver_raw(message)
    device = account.phone()
    (item,) = device.sync_all(device.inbox(), options=[body_preference(1), body_preference(2)]).items.values()
    assert body_type(item) == '2' and 'the rich one' in body(item)


def test_mime_is_the_whole_message(account, version):
    message = make_message('Grüße', 'text\n', html=HTML, attachments=[('a.bin', 'application/x-own', b'\0\1\2')])
    item = item_of(account, message, E('AirSync:MIMESupport', 2), body_preference(4), version=version)
    assert body_type(item) == '4'
    got = email.message_from_bytes(item['AirSyncBase:Body'].find('Data').data(), policy=email.policy.default)
    assert got['Subject'] == 'Grüße'
    assert [part.get_content() for part in got.iter_attachments()] == [b'\0\1\2']


def test_mime_only_for_smime_falls_back_to_another_form(account):
    item = item_of(account, make_message('x', 'text\n'), E('AirSync:MIMESupport', 1), body_preference(4), body_preference(1))
    assert body_type(item) == '1'


@pytest.mark.parametrize('size', [0, 1, 2, 3, 10, 499, 500, 501])
@pytest.mark.parametrize('type_', [1, 2])
def test_truncation_is_in_bytes_at_a_character(account, size, type_):
    message = email.message_from_bytes(make_message('x'), policy=email.policy.SMTP)
    message.set_content('<p>' + 'ä€🍝' * 300 + '</p>' if type_ == 2 else 'ä€🍝' * 300, subtype='html' if type_ == 2 else 'plain')
    item = item_of(account, bytes(message), body_preference(type_, size))
    data = body(item).encode()
    assert size - 3 <= len(data) <= size or size == 0 and data == b''
    assert item['AirSyncBase:Body'].get('Truncated') == '1'
    assert int(item['AirSyncBase:Body'].get('EstimatedDataSize')) >= 2500


def test_a_body_that_fits_is_not_truncated(account):
    item = item_of(account, make_message('x', 'short\n'), body_preference(1, 500))
    assert item['AirSyncBase:Body'].get('Truncated', '0') == '0'
    assert body(item).strip() == 'short'


def test_all_or_none_leaves_a_longer_body_out(account):
    item = item_of(account, make_message('x', 'long ' * 500), body_preference(1, 100, all_or_none=1))
    assert item['AirSyncBase:Body'].find('Data') is None
    assert item['AirSyncBase:Body'].get('Truncated') == '1'


def test_all_or_none_takes_the_next_type_that_fits(account):
    item = item_of(account, make_message('x', 'short\n', html='<p>' + 'long ' * 500 + '</p>'),
                   body_preference(2, 100, all_or_none=1), body_preference(1, 100, all_or_none=1))
    assert body_type(item) in ('1', '2')
    if body_type(item) == '1':
        assert body(item).strip() == 'short'


@pytest.mark.parametrize('version_', ['14.0', '14.1', '16.1'])
def test_a_preview_is_the_beginning_of_the_text(account, version_):
    item = item_of(account, make_message('x', 'The first words of it. ' * 50), body_preference(2, 1, preview=40), version=version_)
    preview = item['AirSyncBase:Body'].get('Preview')
    assert preview.startswith('The first words') and len(preview) <= 40


def test_body_part_preference(account):
    account.deliver_raw(make_message('x', 'plain\n', html=HTML))
    device = account.phone('14.1')
    options = [body_preference(1), E('AirSyncBase:BodyPartPreference', E('AirSyncBase:Type', 2), E('AirSyncBase:TruncationSize', 4000))]
    (item,) = device.sync_all(device.inbox(), options=options).items.values()
    part = item['AirSyncBase:BodyPart']
    assert part.get('Status') == '1' and part.get('Type') == '2'


@pytest.mark.parametrize('value, limit', [(0, 0), (1, 4096), (2, 5120), (3, 7168), (7, 102400), (8, None)])
def test_mime_truncation(account, value, limit):
    item = item_of(account, make_message('x', 'line of text\n' * 20000), E('AirSync:MIMESupport', 2),
                   E('AirSync:MIMETruncation', value), body_preference(4))
    data = item['AirSyncBase:Body'].find('Data')
    size = len(data.data()) if data is not None else 0
    assert size > 200000 if limit is None else limit - 3 <= size <= limit


def test_without_a_preference_something_readable_is_sent(account, version):
    account.deliver_raw(make_message('x', 'readable\n'))
    device = account.phone(version)
    device.start(device.inbox())
    device.sync(device.inbox())
    (item,) = device.held(device.inbox()).items.values()
    assert body_type(item) in ('1', '2') and (body(item) == '' or 'readable' in body(item))


def test_format_flowed_is_unfolded(account):
    message = (b'From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; format=flowed\r\n\r\n'
               b'One paragraph \r\non two lines.\r\nAnother.\r\n')
    assert body(item_of(account, message)).replace('\r\n', '\n').startswith('One paragraph on two lines.\nAnother.')


def test_inline_images_have_a_content_id(account):
    message = email.message_from_bytes(make_message('x', 'plain\n', html='<img src="cid:pic@x">'), policy=email.policy.SMTP)
    message.get_payload()[1].add_related(b'GIF89a', 'image', 'gif', cid='<pic@x>', filename='pic.gif', disposition='inline')
    item = item_of(account, bytes(message), body_preference(2))
    attachment, = item['AirSyncBase:Attachments']
    assert attachment.get('ContentId') == 'pic@x'
    assert attachment.get('IsInline') == '1'


def test_a_forwarded_message_is_an_attachment_of_its_own_kind(account):
    message = email.message_from_bytes(make_message('outer', 'see inside\n'), policy=email.policy.SMTP)
    message.add_attachment(email.message_from_bytes(make_message('inner'), policy=email.policy.SMTP))
    item = item_of(account, bytes(message))
    attachment, = item['AirSyncBase:Attachments']
    assert attachment.get('Method') == '5' and 'inner' in attachment.get('DisplayName')
    assert 'see inside' in body(item)


@pytest.mark.parametrize('content_type, message_class', [
    ('application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m', 'IPM.Note.SMIME'),
    ('multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-1; boundary=b', 'IPM.Note.SMIME.MultipartSigned'),
    ('multipart/report; report-type=delivery-status; boundary=b', 'REPORT.IPM.Note.NDR'),
    ('text/plain', 'IPM.Note')])
def test_message_classes(account, content_type, message_class):
    parts = {'multipart/signed': 'Content-Type: application/pkcs7-signature; name=smime.p7s',
             'multipart/report': 'Content-Type: message/delivery-status'}
    second = parts.get(content_type.split(';')[0])
    content = f'--b\r\n\r\ntext\r\n--b\r\n{second}\r\n\r\nAction: failed\r\n--b--\r\n' if second else 'text\r\n'
    message = f'From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n{content}'
    assert text(item_of(account, message.encode()), 'Email:MessageClass').upper() == message_class.upper()


def test_a_large_attachment_is_listed_without_being_read_into_the_answer(account):
    message = make_message('big', 'small text\n', attachments=[('big.bin', 'application/octet-stream', b'x' * 5_000_000)])
    item = item_of(account, message, body_preference(2, 500))
    attachment, = item['AirSyncBase:Attachments']
    assert 4_500_000 < int(attachment.get('EstimatedDataSize')) < 7_500_000
    assert len(body(item)) < 1000


def test_what_is_known_of_a_message_is_the_same_from_the_cache(stored):
    """Dovecot's cache gets each field when it is asked for the second time."""
    seen = []
    for number in range(3):
        stored.deliver_raw(make_message('base64', attachments=[('a.bin', 'application/octet-stream', bytes(10_000))]))
        stored.deliver_raw(b'From: a@b.example\r\nSubject: a multipart has no encoding\r\nMIME-Version: 1.0\r\n'
                           b'Content-Transfer-Encoding: base64\r\nContent-Type: multipart/unheard-of; boundary=b\r\n\r\n'
                           b'--b\r\n\r\ntext\r\n--b--\r\n')
        for name in ('first', 'second'):
            device = stored.phone(device_id=f'{name}{number}')
            items = device.sync_all(device.inbox(), options=[body_preference(2)]).items.values()
            seen += [(text(item, 'Email:Subject'), str(item['AirSyncBase:Body']),
                      tuple(file.get('EstimatedDataSize') for file in item.get('AirSyncBase:Attachments') or ())) for item in items]
    assert len(set(seen)) == 2
    assert all(abs(int(size) - 10_000) < 10 for _, _, sizes in seen for size in sizes)


def test_reading_a_body_does_not_mark_the_message_as_read(account):
    item_of(account, make_message('still new'), body_preference(2))
    assert r'\Seen' not in account.flags()['still new']


def test_a_voice_mail_says_who_called_and_for_how_long(account, version):
    message = b'Content-Class: voice-ca\r\n' + make_message('Voice mail', 'You got a voice message.\n', to=account.user, fields={
        'X-CallingTelephoneNumber': '+1 425 555 0100', 'X-VoiceMessageDuration': '17',
        'X-AttachmentOrder': 'old.wav;new.wav'},
        attachments=[('old.wav', 'audio/wav', b'RIFF'), ('new.wav', 'audio/wav', b'RIFF')])
    item = item_of(account, message, version=version)
    assert text(item, 'Email:MessageClass') == 'IPM.Note.Microsoft.Voicemail.UM.CA'
    old, new = item['AirSyncBase:Attachments']
    if version == '12.1':
        assert 'Email2:UmCallerID' not in item and new.get('Email2:UmAttOrder') is None
        return
    assert text(item, 'Email2:UmCallerID') == '+14255550100'
    assert (new.get('Email2:UmAttOrder'), new.get('Email2:UmAttDuration')) == ('1', '17')
    assert (old.get('Email2:UmAttOrder'), old.get('Email2:UmAttDuration')) == ('2', None)


def test_what_only_the_server_may_set_has_status_6(account):
    account.deliver('x')
    device = account.phone()
    server_id, = device.sync_all(device.inbox()).items
    for element in (E('Email2:UmCallerID', '+14255550100'), E('Email2:UmUserNotes', 'x'), E('Email2:Sender', 'a@e.example')):
        answer = device.change(device.inbox(), server_id, element)
        assert answer.get('Collections/Collection/Responses/Change/Status') == '6'


def test_a_body_part_alone_comes_without_the_body(account):
    part = E('AirSyncBase:BodyPartPreference', E('AirSyncBase:Type', 2))
    account.deliver_raw(make_message('x', 'plain\n', html=HTML))
    for preferences, has_body, has_part in (([part], False, True), ([body_preference(1), part], True, True),
                                            ([body_preference(1)], True, False)):
        device = account.phone('14.1')
        item, = device.sync_all(device.inbox(), options=preferences).items.values()
        assert ('AirSyncBase:Body' in item, 'AirSyncBase:BodyPart' in item) == (has_body, has_part)


@pytest.mark.parametrize('version_', ['14.1', '16.1'])
def test_a_fetch_in_sync_has_the_body_and_no_part_of_it(account, version_):
    """The published schema of the response has no BodyPart in Fetch."""
    part = E('AirSyncBase:BodyPartPreference', E('AirSyncBase:Type', 2), E('AirSyncBase:TruncationSize', 20))
    account.deliver_raw(make_message('x', 'plain\n', html=HTML))
    device = account.phone(version_)
    server_id, = device.sync_all(device.inbox(), options=[part]).items
    for preferences in [part], [body_preference(1), part]:
        answer = device.sync(device.inbox(), options=preferences, commands=[E('AirSync:Fetch', E('AirSync:ServerId', server_id))])
        fetched = answer.document.find('Collections/Collection/Responses/Fetch/ApplicationData')
        assert fetched.find('AirSyncBase:BodyPart') is None and fetched.find('AirSyncBase:Body').get('Truncated', '0') == '0'


def preference(**elements):
    """In the order that they are given."""
    return E('AirSyncBase:BodyPreference', [E('AirSyncBase:' + name, value) for name, value in elements.items()])


@pytest.mark.parametrize('faulty', [
    [preference(TruncationSize=5, Type=1)],
    [preference(Type=1, AllOrNone=1, TruncationSize=5)],
    [preference(TruncationSize=5)],
    [preference(Type=1), preference(Type=2), preference(Type=1, TruncationSize=5)]])
def test_preferences_without_order_or_twice_are_refused(account, version, faulty):
    account.deliver('Hello')
    device = account.phone(version)
    inbox = device.inbox()
    item, = device.sync_all(inbox).items
    assert device.client.sync(device.request(inbox, options=faulty)).get('Status') == '4'  # MS-ASAIRS 3.2.5.1
    fetched = device.client.fetch(E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E('AirSync:CollectionId', inbox),
                                    E('AirSync:ServerId', item), E('ItemOperations:Options', faulty))).expect()
    assert fetched.get('Response/Fetch/Status') == '2'
    assert device.client.search(E('Search:FreeText', 'Hello'), options=faulty).get('Response/Store/Status') == '2'
    device.sync_all(inbox, options=[preference(Type=1, TruncationSize=5, AllOrNone=1), preference(Type=2)])
