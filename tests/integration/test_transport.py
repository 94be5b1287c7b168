"""MS-ASHTTP: what comes before any command."""
from __future__ import annotations

import base64
import http.client
import re
import socket
import time

import pytest

from accounts import Account, make_message
from conftest import start_instance, stop_instance
from eas_client import Device, E, wbxml
from eas_client.client import PATH, WBXML, body_preference, ping_document
from private_instance.processes import wait_until

VERSIONS = ['12.1', '14.0', '14.1', '16.0', '16.1']
FOLDER_SYNC = E('FolderHierarchy:FolderSync', E('FolderHierarchy:SyncKey', '0'))


def test_options_names_versions_and_commands(account):
    answer = account.client().options().expect()
    assert answer.headers['MS-ASProtocolVersions'].split(',') == VERSIONS
    commands = answer.headers['MS-ASProtocolCommands'].split(',')
    assert {'Sync', 'SendMail', 'FolderSync', 'GetItemEstimate', 'ItemOperations', 'Ping', 'Provision',
            'Settings'} <= set(commands)
    assert len(commands) == len(set(commands))
    assert answer.body == b''


def test_every_announced_command_is_known(account):
    for command in account.client().options().headers['MS-ASProtocolCommands'].split(','):
        # GetAttachment and GetHierarchy ended with 12.1 (MS-ASCMD 2.2.1.7, 2.2.1.8), Find came with 16.1 (2.2.1.2). A wrong document may be
        # refused, an unknown command not.
        client = account.client({'GetAttachment': '12.1', 'GetHierarchy': '12.1', 'Find': '16.1'}.get(command, '14.1'))
        answer = client.post(command, E('AirSync:Sync'))
        assert answer.status != 501 and answer.get('Status') != '137', command


def test_options_needs_a_log_in(account):
    client = account.client()
    client.password = 'wrong'
    answer = client.options().expect(401)
    assert answer.headers['WWW-Authenticate'].startswith('Basic realm=')


def test_https_answers_like_http(account):
    plain, tls = account.client().options(), account.client(tls=True).options()
    assert tls.expect().headers['MS-ASProtocolCommands'] == plain.headers['MS-ASProtocolCommands']


@pytest.mark.parametrize('path', ['/Microsoft-Server-ActiveSync', '/Microsoft-Server-ActiveSync/',
                                  '/microsoft-server-activesync', '/MICROSOFT-SERVER-ACTIVESYNC/'])
def test_path_in_any_case_with_or_without_slash(account, path):
    client = account.client()
    client.raw('OPTIONS', path).expect()
    target = client.target('FolderSync').replace(PATH, path)
    client.raw('POST', target, wbxml.encode(FOLDER_SYNC), {**client.headers(), 'Content-Type': WBXML}).expect()


@pytest.mark.parametrize('path', ['/', '/Microsoft-Server-ActiveSync2', '/Microsoft-Server-ActiveSync/x', '/owa'])
def test_another_path_is_not_found(account, path):
    account.client().raw('OPTIONS', path).expect(404)


@pytest.mark.parametrize('method', ['GET', 'PUT', 'DELETE', 'PROPFIND'])
def test_another_method_is_refused(account, method):
    answer = account.client().raw(method, PATH)
    assert answer.status in (405, 501)
    if answer.status == 405:
        assert 'POST' in answer.headers['Allow'] and 'OPTIONS' in answer.headers['Allow']


def test_plain_and_base64_queries_are_equal(account, version):
    plain, encoded = account.client(version, query_form='plain'), account.client(version, query_form='base64')
    for client in (plain, encoded):
        assert client.folder_sync().expect().get('Status') == '1'


def test_plain_query_in_any_order_and_case(account):
    client = account.client()
    for query in ('DeviceType=X&DeviceId=Abc1&User=u&Cmd=FolderSync', 'cmd=FolderSync&deviceid=Abc1&devicetype=X&user=u',
                  'Cmd=FolderSync&User=a%40b%2Fc&DeviceId=Abc1&DeviceType=X&Unknown=1'):
        answer = client.raw('POST', f'{PATH}?{query}', wbxml.encode(FOLDER_SYNC),
                            {**client.headers(), 'Content-Type': WBXML})
        assert answer.expect().get('Status') == '1', query


@pytest.mark.parametrize('query', [
    '', 'Cmd=FolderSync', 'Cmd=FolderSync&User=u&DeviceType=X', 'Cmd=FolderSync&User=u&DeviceId=&DeviceType=X',
    'Cmd=FolderSync&User=u&DeviceId=has%20space&DeviceType=X', 'Cmd=FolderSync&User=u&DeviceId=a%2C,b&DeviceType=X',
    'User=u&DeviceId=Abc1&DeviceType=X', f'Cmd=FolderSync&User=u&DeviceId={"a" * 33}&DeviceType=X',
    'jA', '!!!!', base64.b64encode(b'\x91\x09\x04\x09\x40abc').decode(), base64.b64encode(b'\x91').decode()])
def test_malformed_query_is_refused_and_logged(account, query):
    client, before = account.client(), len(account.instance.log())
    answer = client.raw('POST', f'{PATH}?{query}', wbxml.encode(FOLDER_SYNC), {**client.headers(), 'Content-Type': WBXML})
    # MS-ASCMD 2.2.2 has words of its own for a faulty query: 108 and 109 for the device's id and type.
    assert answer.status == 400 or answer.status == 200 and answer.get('Status') in ('101', '103', '106', '107', '108', '109')
    account.instance.wait_for_log(rf'\beas\({account.user}\).* status={answer.status} ', before)


def test_unknown_command_is_refused(account):
    client = account.client()
    answer = client.raw('POST', client.target('MakeCoffee'), wbxml.encode(FOLDER_SYNC),
                        {**client.headers(), 'Content-Type': WBXML})
    assert answer.status in (400, 501)


@pytest.mark.parametrize('value', ['1.0', '99.9', 'abc', '', None])
def test_unknown_version_is_refused(account, value):
    client = account.client()
    answer = client.raw('POST', client.target('FolderSync'), wbxml.encode(FOLDER_SYNC),
                        {'MS-ASProtocolVersion': value, 'Content-Type': WBXML})
    assert answer.status == 400 or answer.get('Status') == '104'


@pytest.mark.parametrize('content_type', ['text/xml', 'application/json', 'message/rfc822'])
def test_another_content_type_is_refused(account, content_type):
    answer = account.client().post('FolderSync', body=b'<xml/>', content_type=content_type)
    assert answer.status in (400, 415) or answer.get('Status') in ('101', '102', '10')


def test_content_type_with_a_parameter_is_accepted(account):
    client = account.client()
    client.post('FolderSync', FOLDER_SYNC, content_type=WBXML + '; charset=utf-8').expect()
    client.post('FolderSync', FOLDER_SYNC, content_type='application/vnd.ms-sync').expect()


@pytest.mark.parametrize('body', [b'\0', b'\x03\x01\x6a\x00', b'\x03\x01\x6a\x00\x45', b'\x03\x01\x6a\x00\x00\x63\x45\x01',
                                  b'\x03\x01\x6a\x00\x00\x07\x56\x52\x03no end', b'\xff' * 100, b'<?xml version="1.0"?>'],
                         ids=[f'broken{number}' for number in range(7)])
def test_broken_wbxml_is_refused_and_the_connection_lives(account, body):
    client = account.client()
    answer = client.post('FolderSync', body=body)
    assert answer.status == 400 or answer.get('Status') in ('101', '102', '10')
    assert client.folder_sync().expect().get('Status') == '1'


def test_deeply_nested_wbxml_is_refused(account):
    body = wbxml.HEADER + b'\x00\x07\x56' + b'\x52' * 100000 + b'\x01' * 100001
    answer = account.client().post('FolderSync', body=body)
    assert answer.status == 400 or answer.get('Status') in ('101', '102', '10')


def test_too_large_a_body_is_refused_before_it_is_read(account):
    client = account.client()
    connection = client.connect()
    connection.putrequest('POST', client.target('SendMail'))
    for name, value in {'Authorization': client.authorization(), **client.headers(), 'Content-Type': WBXML,
                        'Content-Length': str(1 << 40)}.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert client.receive().status == 413


def test_chunked_body(account):
    client = account.client()
    data = wbxml.encode(FOLDER_SYNC)
    client.connect().request('POST', client.target('FolderSync'), iter([data[:3], data[3:7], data[7:]]),
                             {'Authorization': client.authorization(), **client.headers(), 'Content-Type': WBXML},
                             encode_chunked=True)
    assert client.receive().expect().get('Status') == '1'


def test_expect_100_continue(account):
    client = account.client()
    data = wbxml.encode(FOLDER_SYNC)
    raw = Raw(account)
    raw.send(client, 'POST', client.target('FolderSync'), b'', f'Content-Length: {len(data)}\r\nExpect: 100-continue\r\n'
             f'Content-Type: {WBXML}\r\nMS-ASProtocolVersion: 14.1\r\n')
    assert raw.socket.recv(25) == b'HTTP/1.1 100 Continue\r\n\r\n'
    raw.socket.sendall(data)
    assert raw.answer().status == 200


def test_keep_alive_serves_many_requests_on_one_connection(account):
    client = account.client()
    key = client.folder_sync().get('SyncKey')
    connection = client.connection
    for _ in range(50):
        assert client.folder_sync(key).expect().get('Status') == '1'
    assert client.connection is connection


def test_pipelined_requests_are_answered_in_order(account):
    client = account.client()
    client.options()
    raw = Raw(account)
    data = wbxml.encode(FOLDER_SYNC)
    fields = f'Content-Type: {WBXML}\r\nMS-ASProtocolVersion: 14.1\r\nContent-Length: {len(data)}\r\n'
    for _ in range(3):
        raw.send(client, 'POST', client.target('FolderSync'), data, fields)
        raw.send(client, 'OPTIONS', PATH, b'', '')
    for _ in range(3):
        assert raw.answer().headers['Content-Type'] == WBXML
        assert 'MS-ASProtocolVersions' in raw.answer().headers


def test_a_connection_between_two_requests_keeps_no_process(account):
    client = account.client()
    assert client.folder_sync().expect().get('Status') == '1'
    assert account.busy_processes() > 0
    assert wait_until(lambda: account.busy_processes() == 0, 60)
    start, socket_before = len(account.instance.log()), client.connection.sock
    assert client.folder_sync().expect().get('Status') == '1'
    assert client.connection.sock is socket_before
    assert 'eas-login: Info: Login' not in account.instance.log()[start:]


def test_a_head_has_no_body(account):
    client = account.client()
    raw = Raw(account)
    for path in ('/eas/', '/eas/no-such-page'):
        raw.send(client, 'HEAD', path, b'', '')
    raw.send(client, 'OPTIONS', PATH, b'', '')
    statuses = []
    while b'MS-ASProtocolVersions' not in (line := raw.file.readline()):
        assert line and b'<' not in line
        statuses += re.findall(rb'HTTP/1.1 (\d+)', line)
    assert statuses == [b'200', b'404', b'200']


@pytest.mark.parametrize('field', ['X-{}: 1', 'Referer: {}'])
def test_many_fields_do_not_hinder_a_wait(account, field):
    client = account.client()
    phone = account.phone(device_id=client.device_id)
    phone.sync_all(phone.inbox())
    raw = Raw(account)
    ping = wbxml.encode(ping_document(60, [phone.inbox()]))
    fields = f'Content-Type: {WBXML}\r\nMS-ASProtocolVersion: 14.1\r\nContent-Length: {len(ping)}\r\n'
    raw.send(client, 'OPTIONS', PATH, b'', '')
    assert raw.answer().status == 200
    start = len(account.instance.log())
    raw.send(client, 'POST', client.target('Ping'), ping, fields + ''.join(f'{field}\r\n'.format(n) for n in range(70)))
    account.instance.wait_for_log(rf'{re.escape(account.user)}.* waits=', start)
    account.deliver()
    assert raw.answer().status == 200


def synced(account, accept_encoding: str) -> Device:
    """A phone that takes answers in these encodings."""
    device = account.phone(device_id='Compressed')
    device.client.accept_encoding = accept_encoding
    device.sync_all(device.inbox())
    return device


def body_bytes(answer) -> int:
    """As the answer came over the wire."""
    return int(answer.headers['Content-Length'])


@pytest.mark.parametrize('accept_encoding', ['gzip', 'gzip, deflate, br', 'deflate;q=0.5, *;q=0.1'])
def test_an_answer_of_some_size_is_compressed_for_who_takes_it(account, accept_encoding):
    device = synced(account, accept_encoding)
    for number in range(8):
        account.deliver(f'Message {number}', text='Words that come again. ' * 40)
    answer = device.sync(device.inbox(), options=[body_preference(1)])
    assert answer.headers['Content-Encoding'] == 'gzip'
    assert body_bytes(answer) < len(answer.body) / 3
    assert len(device.held(device.inbox()).items) == 8
    answer = device.client.get_item_estimate(device.inbox(), device.held(device.inbox()).sync_key).expect()
    assert answer.headers['Content-Encoding'] is None and body_bytes(answer) == len(answer.body)


@pytest.mark.parametrize('accept_encoding', ['identity', 'deflate', 'gzip;q=0, *'])
def test_nothing_is_compressed_for_who_does_not_take_it(account, accept_encoding):
    device = synced(account, accept_encoding)
    account.deliver(text='Words that come again. ' * 100)
    answer = device.sync(device.inbox(), options=[body_preference(1)])
    assert answer.headers['Content-Encoding'] is None and body_bytes(answer) == len(answer.body)


def test_who_waits_gets_a_compressed_answer_too(account):
    device = synced(account, 'gzip')
    with account.parking(device):
        device.client.post_only('Sync', E('AirSync:Sync', E('AirSync:Collections', device.request(
            device.inbox(), options=[body_preference(1)])), E('AirSync:Wait', 5)))
    account.deliver(text='Words that come again. ' * 100)
    answer = device.client.receive().expect()
    assert answer.headers['Content-Encoding'] == 'gzip' and body_bytes(answer) < len(answer.body)


def test_attachments_and_pages_are_not_compressed(account):
    device = synced(account, 'gzip')
    account.deliver(text='Words that come again. ' * 100)
    device.sync_all(device.inbox())
    item = next(iter(device.held(device.inbox()).items))
    fetch = E('ItemOperations:ItemOperations', E('ItemOperations:Fetch', E('ItemOperations:Store', 'Mailbox'), E(
        'AirSync:CollectionId', device.inbox()), E('AirSync:ServerId', item), E('ItemOperations:Options', body_preference(1))))
    answer = device.client.post('ItemOperations', fetch, headers={'MS-ASAcceptMultiPart': 'T'}).expect()
    assert len(answer.parts) == 2 and answer.headers['Content-Encoding'] is None
    page = device.client.raw('GET', '/eas/').expect()
    assert len(page.body) > 1024 and page.headers['Content-Encoding'] is None


def test_http_1_0_is_answered_and_closed(account):
    client = account.client()
    raw = Raw(account)
    raw.socket.sendall(f'OPTIONS {PATH} HTTP/1.0\r\nAuthorization: {client.authorization()}\r\n\r\n'.encode())
    assert raw.answer().status == 200
    assert raw.socket.recv(1) == b''


def test_connection_close_is_obeyed(account):
    client = account.client()
    client.raw('OPTIONS', PATH, headers={'Connection': 'close'}).expect()
    assert client.connection is None


def test_a_huge_header_is_refused(account):
    answer = account.client().raw('OPTIONS', PATH, headers={'X-Large': 'x' * 60000})
    assert answer.status in (400, 413, 431)


def test_garbage_instead_of_http_does_no_harm(account):
    for garbage in (b'\x16\x03\x01\x02\x00\x01\x00' * 10, b'GET\r\n\r\n', b'\r\n' * 100, b'A' * 20000):
        raw = Raw(account)
        try:
            raw.socket.sendall(garbage)
            raw.socket.shutdown(socket.SHUT_WR)
            while raw.socket.recv(4096):
                pass
        except ConnectionError:
            pass
    account.client().options().expect()


@pytest.mark.parametrize('form', ['{user}', 'demo.example\\{name}', 'anything\\{user}', 'WORKGROUP\\{name}', '{name}'])
def test_user_name_forms(account, form):
    name = account.user.split('@')[0]
    client = account.client(user=form.format(user=account.user, name=name))
    assert client.folder_sync().expect().get('Status') == '1'


def test_passwords_with_odd_characters(maildir):
    from accounts import Account
    for number, password in enumerate(['with space', 'Grüße€', 'pass%20word', 'p;a&b=c"\'']):
        user = maildir.add_user(f'odd{number}-{time.time_ns()}@demo.example', password)
        account = Account(maildir, user)
        account.password = password
        account.client().options().expect()
        account.close()


@pytest.mark.parametrize('header', [None, '', 'Digest x', 'Basic ' + base64.b64encode(b'nobody:x').decode(),
                                    'Basic ' + base64.b64encode(b'\xff\xfe:x').decode()])
def test_missing_or_wrong_credentials_get_401(account, header):
    answer = account.client().raw('OPTIONS', PATH, headers={'Authorization': header})
    assert answer.status == 401
    assert 'WWW-Authenticate' in answer.headers


@pytest.mark.parametrize('header', ['Basic', 'Basic !!!', 'Basic ' + base64.b64encode(b'nocolon').decode(),
                                    'Basic ' + base64.b64encode(b':').decode(), 'Basic ' + base64.b64encode(b'a\0b:x').decode()])
def test_malformed_credentials_are_refused(account, header):
    assert account.client().raw('OPTIONS', PATH, headers={'Authorization': header}).status in (400, 401)


def test_unknown_user_gets_401(account):
    account.client(user='nobody-at-all@demo.example').options().expect(401)


def test_each_request_leaves_one_line_in_the_log(account):
    client = account.client()
    before = len(account.instance.log())
    client.folder_sync().expect()

    def lines_of_it() -> list[str]:
        return [line for line in account.instance.log()[before:].splitlines() if re.search(r'\bFolderSync\b', line)]

    client.options().expect()
    account.instance.wait_for_log(rf'{account.user}.* OPTIONS ', before)  # the line of FolderSync is before it
    lines = lines_of_it()
    assert len(lines) == 1 and account.user in lines[0] and client.device_id in lines[0]
    assert account.password not in ''.join(lines)


def test_requests_of_chosen_users_are_written_down():
    instance = start_instance(eas_extra='eas_debug_users = nobody-*  *2@*/chosen*\neas_debug_log = ~/debug.log')
    try:
        accounts = [Account(instance, instance.take_user()) for _ in range(2)]
        chosen = next(account for account in accounts if account.user.split('@')[0].endswith('2'))
        files = {account.user: instance.mail_root / account.user / 'debug.log' for account in accounts}
        chosen.append(make_message('Written down', "A word that is nobody else's\n"))
        for account in accounts:
            for device_id in ('chosen1', 'another1'):
                device = account.phone(device_id=device_id)
                device.sync_all(device.inbox())
        assert [user for user, file in files.items() if file.exists()] == [chosen.user]
        text = files[chosen.user].read_text(encoding='utf-8')
        assert '<Email:Subject>Written down</Email:Subject>' in text and '<AirSyncBase:Data>(' in text
        assert 'device=chosen1' in text and 'another1' not in text
        assert 'nobody else' not in text and chosen.password not in text
        assert chosen.client().authorization().split()[1] not in text
        assert files[chosen.user].stat().st_mode & 0o777 == 0o600
        for account in accounts:
            account.close()
    finally:
        stop_instance(instance)


class Raw:
    """A socket for what http.client would not send."""

    def __init__(self, account):
        self.socket = socket.create_connection(('127.0.0.1', account.instance.ports['EAS_HTTP_PORT']), timeout=20)
        self.file = self.socket.makefile('rb')

    def send(self, client, method: str, target: str, body: bytes, fields: str) -> None:
        self.socket.sendall(f'{method} {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {client.authorization()}\r\n'
                            f'{fields}\r\n'.encode() + body)

    def answer(self):
        """The next answer; http.client cannot read several of one socket by itself."""
        status = int(self.file.readline().split()[1])
        headers = http.client.parse_headers(self.file)
        body = self.file.read(int(headers.get('Content-Length') or 0))
        from eas_client import Answer
        return Answer(status, headers, body)
