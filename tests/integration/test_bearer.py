"""Log-in with an OAuth 2.0 token in place of a password (RFC 6750), which Dovecot's passdb oauth2 validates."""
from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from accounts import Account
from conftest import start_instance, stop_instance
from eas_client import E, query, wbxml
from eas_client.client import PATH, WBXML

KEY = b'a key of the identity provider that only Dovecot knows, too'
SETTINGS = '''
auth_mechanisms = plain oauthbearer
passdb {{
  driver = oauth2
  mechanisms = oauthbearer
  args = {0}/oauth2.conf
}}
'''
HOUR = 3600
FOLDER_SYNC = E('FolderHierarchy:FolderSync', E('FolderHierarchy:SyncKey', '0'))


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip('=')


def token(user: str, seconds: int = HOUR, key: bytes = KEY) -> str:
    """A JSON Web Token, RFC 7519."""
    parts = ({'typ': 'JWT', 'alg': 'HS256'}, {'sub': user, 'iat': int(time.time()) - 2 * HOUR, 'exp': int(time.time()) + seconds})
    signed = '.'.join(base64url(json.dumps(part).encode()) for part in parts)
    return f'{signed}.{base64url(hmac.new(key, signed.encode(), hashlib.sha256).digest())}'


@pytest.fixture(scope='module', name='instance')
def fixture_instance():
    directory = Path(tempfile.mkdtemp(prefix='eas-oauth2-', dir='/tmp'))
    directory.chmod(0o755)
    key = directory / 'keys/default/HS256/default'
    key.parent.mkdir(parents=True)
    key.write_bytes(base64.b64encode(KEY))
    (directory / 'oauth2.conf').write_text(
        f'introspection_mode = local\nusername_attribute = sub\nlocal_validation_key_dict = fs:posix:prefix={directory}/keys/\n')
    instance = start_instance(extra=SETTINGS.format(directory))
    yield instance
    stop_instance(instance)
    shutil.rmtree(directory)


@pytest.fixture(name='user')
def fixture_user(instance):
    account = Account(instance, instance.take_user())
    yield account
    account.close()


def folder_sync(client, bearer: str):
    client.authorization = lambda: f'Bearer {bearer}'
    return client.folder_sync()


def test_a_token_is_as_good_as_a_password(user):
    client = user.client()
    assert folder_sync(client, token(user.user)).expect().get('Status') == '1'
    assert client.folder_sync().expect().get('Status') == '1'


@pytest.mark.parametrize('bad', [
    lambda user: token(user, -HOUR), lambda user: token(user, key=b'another'), lambda user: 'no-token'],
    ids=['expired', 'forged', 'nonsense'])
def test_a_bad_token_is_refused_and_tokens_are_asked_for(user, bad):
    answer = folder_sync(user.client(), bad(user.user))
    assert answer.status == 401
    assert [scheme.split()[0] for scheme in answer.headers.get_all('WWW-Authenticate')] == ['Basic', 'Bearer']


def test_a_token_of_somebody_else_is_refused(user, instance):
    stranger = instance.take_user()
    assert folder_sync(user.client(), token(stranger)).status == 401


def test_a_fresh_token_on_the_same_connection_is_taken(user):
    client = user.client()
    for seconds in (HOUR, 2 * HOUR, 3 * HOUR):
        assert folder_sync(client, token(user.user, seconds)).expect().get('Status') == '1'
    assert folder_sync(client, token(user.user, -HOUR)).status == 401


def test_a_query_that_names_no_user_needs_a_password(user):
    """Dovecot takes no token without a name."""
    client = user.client(query_form='base64')
    assert folder_sync(client, token(user.user)).status == 401
    del client.authorization
    assert client.folder_sync().expect().get('Status') == '1'


def test_the_base64_query_may_name_the_user(user):
    client = user.client()
    bytes_ = base64.b64decode(query.encoded('FolderSync', '14.1', client.device_id, client.device_type, None, {}))
    name = user.user.encode()
    target = f'{PATH}?' + base64.b64encode(bytes_ + bytes([8, len(name)]) + name).decode()
    answer = client.raw('POST', target, wbxml.encode(FOLDER_SYNC), {
        'Content-Type': WBXML, 'Authorization': f'Bearer {token(user.user)}'})
    assert answer.expect().get('Status') == '1'


def test_passwords_work_beside_tokens(user):
    assert user.client().folder_sync().expect().get('Status') == '1'
