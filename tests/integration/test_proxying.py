"""A front that has no mail passes users on to the machine that has theirs (passdb fields proxy, host, port and pass)."""
from __future__ import annotations

import http.client
import json
import re
import time

import pytest

from accounts import Account
from conftest import start_instance, stop_instance
from eas_client import Client
from eas_client.client import PATH
from eas_client.device import Device

FRONT_PASSWORD = 'only-the-front-knows'
PHONE_ADDRESS = '127.0.0.9'
AWAY = 9  # the port "discard", on which nobody listens


@pytest.fixture(scope='module', name='backend')
def fixture_backend():
    instance = start_instance(extra='login_trusted_networks = 127.0.0.1')
    yield instance
    stop_instance(instance)


@pytest.fixture(scope='module', name='front')
def fixture_front():
    instance = start_instance(users=0)
    yield instance
    stop_instance(instance)


def pass_on(front, user: str, port: int, password: str) -> None:
    """The front's passdb; it looks at its file once a second."""
    with open(front.directory / 'conf/users', 'a', encoding='utf-8') as file:
        file.write(f'{user}:{FRONT_PASSWORD}::::::proxy=y host=127.0.0.1 port={port} pass={password}\n')
    time.sleep(1.1)


@pytest.fixture(name='proxied')
def fixture_proxied(front, backend):
    """An account of the backend whose phones come to the front, where the password is another one."""
    account = Account(backend, backend.take_user())
    pass_on(front, account.user, backend.ports['EAS_HTTP_PORT'], account.password)
    yield account
    account.close()


@pytest.fixture(name='client', params=['HTTP', 'HTTPS'])
def fixture_client(request, front, proxied):
    tls = request.param == 'HTTPS'
    client = Client(front.ports['EAS_HTTPS_PORT' if tls else 'EAS_HTTP_PORT'], proxied.user, FRONT_PASSWORD, tls=tls)
    proxied.clients.append(client)
    return client


def test_a_phone_reads_its_mail_and_is_pushed_to(client, proxied):
    phone = Device(client)
    phone.folder_sync()
    inbox = phone.inbox()
    proxied.deliver('On the backend')
    assert len(phone.sync_all(inbox).items) == 1
    with proxied.parking(phone):
        phone.start_ping(60, [inbox])
    proxied.deliver('Pushed through the front')
    answer = phone.client.receive()
    assert answer.get('Status') == '2'
    assert len(phone.sync_all(inbox).items) == 2


def test_later_requests_on_a_connection_need_no_new_log_in(client, backend):
    start = len(backend.log())
    for _ in range(5):
        assert client.folder_sync().expect().get('Status') == '1'
    backend.wait_for_log('FolderSync device=', start)
    assert len(re.findall(f'eas-login: Info: Login: user=<{client.user}>', backend.log()[start:])) == 1


def test_other_credentials_on_the_connection_have_to_come_to_the_front(client):
    assert client.folder_sync().expect().get('Status') == '1'
    client.password = 'wrong'
    assert client.folder_sync().status == 503
    assert client.connection is None
    assert client.folder_sync().status == 401


def test_a_backend_that_asks_for_no_password_serves_nobody_else(front):
    """As many are set up: only the front authenticates."""
    open_to_all = start_instance(extra='login_trusted_networks = 127.0.0.1\npassdb {\n  driver = static\n'
                                       '  args = nopassword=y\n}')
    try:
        mine, other = (open_to_all.take_user() for _ in range(2))
        pass_on(front, mine, open_to_all.ports['EAS_HTTP_PORT'], 'whatever')
        with Client(front.ports['EAS_HTTP_PORT'], mine, FRONT_PASSWORD) as client:
            assert client.folder_sync().expect().get('Status') == '1'
            client.user, client.password = other, 'a guess'
            assert client.folder_sync().status == 503
        assert f'<{other}>' not in open_to_all.log()
    finally:
        stop_instance(open_to_all)


def test_the_address_that_the_front_gave_cannot_be_changed(client, proxied):
    assert client.folder_sync().expect().get('Status') == '1'
    client.raw('OPTIONS', PATH, headers={'X-Forwarded-For': '10.1.2.3'})
    client.password = proxied.password  # the backend's
    client.raw('OPTIONS', PATH, headers={'X-Forwarded-For': '10.1.2.3'})
    assert 'rip=10.1.2.3' not in proxied.instance.log()


def test_a_wrong_password_is_refused_by_the_front(client, backend):
    start = len(backend.log())
    client.password = 'wrong'
    assert client.folder_sync().status == 401
    assert client.user not in backend.log()[start:]


def test_the_backend_knows_the_address_of_the_phone(front, proxied):
    client = Client(front.ports['EAS_HTTP_PORT'], proxied.user, FRONT_PASSWORD, device_id='FromAfar')
    client.connection = http.client.HTTPConnection('127.0.0.1', client.port, source_address=(PHONE_ADDRESS, 0))
    proxied.clients.append(client)
    assert client.folder_sync().expect().get('Status') == '1'
    shown = proxied.instance.dovecot.doveadm_eas('-f', 'json', 'device', 'list', '-u', proxied.user)
    assert [row['address'] for row in json.loads(shown.stdout)] == [PHONE_ADDRESS]


def test_a_backend_that_is_away_makes_phones_come_again(front):
    pass_on(front, 'lost@demo.example', AWAY, 'pass-word-7')
    with Client(front.ports['EAS_HTTP_PORT'], 'lost@demo.example', FRONT_PASSWORD) as client:
        answer = client.folder_sync()
    assert answer.status == 503 and int(answer.headers['Retry-After']) > 0
