"""A real nginx in front, on a port that is not 443, with conf.d/nginx.conf as it is shipped but for Dovecot's port."""
from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import tempfile
from pathlib import Path

import pytest

from accounts import make_message
from conftest import TOOLS, TOP, new_account, start_instance, stop_instance
from private_instance.processes import free_ports, listens, wait_until
from test_autodiscover import document, parsed, text
from test_autodiscover import ask as ask_autodiscover
from test_ping import changed, receive, waiting
from test_web_page import Browser, find, name_of, running_chromium, shown

SHIPPED = TOP / 'conf.d/nginx.conf'
CONFIGURATION = '''
daemon off;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        server_name localhost;
        ssl_certificate {conf}/certificate.pem;
        ssl_certificate_key {conf}/key.pem;
        include {directory}/eas.conf;
    }}
}}
'''


def program() -> str | None:
    unpacked = TOOLS / 'usr/sbin/nginx'
    return str(unpacked) if unpacked.exists() else shutil.which('nginx', path=os.environ['PATH'] + ':/usr/sbin')


@pytest.fixture(scope='module', name='served')
def fixture_served():
    """The instance and nginx's port."""
    if program() is None:
        pytest.skip('nginx is neither installed nor unpacked')
    instance = start_instance(extra='login_trusted_networks = 127.0.0.1\n', users=20)
    directory = Path(tempfile.mkdtemp(prefix='eas-nginx-', dir='/tmp'))
    directory.chmod(0o755)  # its workers have another uid
    port, = free_ports(1)
    own = f'127.0.0.1:{instance.ports["EAS_HTTP_PORT"]}'
    (directory / 'eas.conf').write_text(SHIPPED.read_text(encoding='utf-8').replace('127.0.0.1:8008;', f'{own};'), encoding='utf-8')
    (directory / 'nginx.conf').write_text(CONFIGURATION.format(directory=directory, port=port, conf=instance.directory / 'conf'),
                                          encoding='utf-8')
    command = [program(), '-p', directory, '-e', directory / 'error.log', '-c', directory / 'nginx.conf']
    with subprocess.Popen(command) as process:
        try:
            assert wait_until(lambda: listens(port) or process.poll() is not None, 30) and process.poll() is None
            yield instance, port
        finally:
            process.terminate()
            process.wait()
            shutil.rmtree(directory)
            stop_instance(instance)


@pytest.fixture(name='user')
def fixture_user(served):
    yield from new_account(served[0])


def through(client, served):
    client.close()
    client.port, client.tls = served[1], True
    return client


def unverified() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def test_a_phone_syncs_and_is_pushed_to(user, served):
    phone = user.phone()
    through(phone.client, served)
    inbox = phone.inbox()
    phone.sync_all(inbox)
    waiting(user, phone, inbox)
    user.append(make_message('Through nginx'))
    assert changed(receive(phone)) == {inbox}
    phone.sync_all(inbox)
    assert len(phone.held(inbox).items) == 1


def test_a_message_of_megabytes_passes(user, served):
    phone = user.phone()
    through(phone.client, served)
    assert phone.send_mail(make_message('Large', to=user.user, sender=user.user, text='x' * 70 + '\r\n' * 1) + b'y\r\n' * (2 << 20)).status == 200


def test_autodiscover_tells_the_port(user, served):
    client = through(user.client(), served)
    url = text(parsed(ask_autodiscover(client, body=document(user.user), Host=f'localhost:{served[1]}')), 'Url')
    assert url == f'https://localhost:{served[1]}/Microsoft-Server-ActiveSync'


def test_the_clients_address_is_not_nginxs_nor_what_it_says(user, served):
    client = through(user.client(), served)
    client.send('OPTIONS', '/Microsoft-Server-ActiveSync', headers={'X-Forwarded-For': '192.0.2.1'})
    assert client.receive().status == 200
    served[0].wait_for_log(rf'Login: user=<{re.escape(user.user)}>.*rip=127\.0\.0\.1')
    assert '192.0.2.1' not in served[0].log()


def test_forms_of_the_page_are_taken_on_another_port(user, served):
    user.phone('16.1', device_id='PHONE1')
    browser = Browser(user, host=f'127.0.0.1:{served[1]}', tls=unverified())
    fields = {**browser.form('PHONE1', 'wipe'), 'name': name_of(browser, 'PHONE1')}
    browser.post(fields, 403, origin='https://127.0.0.1')  # the same host, another port
    browser.post(fields, 303, origin=f'https://127.0.0.1:{served[1]}')
    assert shown(user, 'PHONE1')['wipe'] == 'device (ordered)'


def test_chromium_removes_a_device_through_nginx(user, served):
    user.phone('16.1', device_id='PHONE1')
    with running_chromium('--ignore-certificate-errors') as driver:
        driver.get(f'https://{user.user.replace("@", "%40")}:{user.password}@127.0.0.1:{served[1]}/eas/')
        find(driver, 'button[value=remove]').click()
        find(driver, '#name').send_keys(name_of(Browser(user), 'PHONE1'))
        find(driver, 'form.typed button').click()
        assert 'removed' in find(driver, '.note').text
    assert Browser(user).devices() == {}
