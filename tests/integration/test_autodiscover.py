"""Autodiscover: MS-ASCMD 2.2.1.1; plain XML and JSON beside the command endpoint."""
from __future__ import annotations

import http.client
import json
import re

import pytest
from lxml import etree

from accounts import Account
from eas_client import schemas
from private_instance.processes import wait_until

REQUEST = 'http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006'
RESPONSE = 'http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006'
XML = '/autodiscover/autodiscover.xml'


def document(address, schema=RESPONSE):
    return (f'<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="{REQUEST}"><Request><EMailAddress>{address}'
            f'</EMailAddress><AcceptableResponseSchema>{schema}</AcceptableResponseSchema></Request></Autodiscover>'
            ).encode()


def ask(client, method='POST', path=XML, body=b'', **headers):
    client.send(method, path, body, {'Content-Type': 'text/xml', **headers})
    return client.receive()


def parsed(answer):
    """The answer's document, validated where the schemas are here. Those of the framework and of its content are
    checked one by one: the published file refers to the other in a way that libxml2 does not follow."""
    answer.expect()
    tree = etree.fromstring(answer.body)
    content = tree.find(f'{{{RESPONSE}}}Response')
    if schemas.available() and content is not None:
        etree.XMLSchema(etree.parse(str(schemas.DIRECTORY / 'AutodiscoverMobileSync.xsd'))).assertValid(content)
    return tree


def text(tree, name):
    return tree.findtext(f'.//{{{RESPONSE}}}{name}')


@pytest.mark.parametrize('path', [XML, '/Autodiscover/Autodiscover.xml', '/AUTODISCOVER/AUTODISCOVER.XML'])
@pytest.mark.parametrize('tls', [False, True])
def test_a_phone_is_told_where_the_server_is(account, path, tls):
    tree = parsed(ask(account.client(tls=tls), path=path, body=document(account.user), Host='mail.example.org'))
    assert text(tree, 'Type') == 'MobileSync'
    assert text(tree, 'Url') == 'https://mail.example.org/Microsoft-Server-ActiveSync'
    assert text(tree, 'EMailAddress') == account.user


def test_autodiscover_needs_a_log_in(account):
    client = account.client()
    client.password = 'wrong'
    assert ask(client, body=document(account.user)).status == 401
    assert ask(client, path='/autodiscover/autodiscover.json?Protocol=ActiveSync', method='GET').status == 401


def test_wrong_documents_get_an_error_and_a_line_in_the_log(account):
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + b'b' * 1000 + b'">]><Autodiscover>' + b'&b;' * 1000 + b'</Autodiscover>'
    twice = document(f'{account.user}</EMailAddress></Request><Request><EMailAddress>{account.user}')
    for body in (b'', b'no xml', bomb, document(''), twice):
        tree = parsed(ask(account.client(), body=body))
        assert tree.findtext('.//{*}ErrorCode') == '600'
        error = tree.find('.//{*}Error')
        assert re.fullmatch(r'\d\d:\d\d:\d\d\.\d{7}', error.get('Time')) and error.get('Id').isdigit()
        assert 'passwd' not in etree.tostring(tree).decode()
    tree = parsed(ask(account.client(), body=document(account.user, 'http://example.org/another')))
    assert tree.findtext('.//{*}ErrorCode') == '601'
    assert wait_until(lambda: 'the body is no Autodiscover request' in account.instance.log(), 10)


def test_a_user_who_belongs_elsewhere_is_redirected(maildir):
    url = 'https://other.example.org/Microsoft-Server-ActiveSync'
    account = Account(maildir, maildir.add_user('moved@demo.example', fields=f'eas_redirect_url={url}'))
    answer = account.client().folder_sync()
    assert answer.status == 451 and answer.headers['X-MS-Location'] == url and not answer.body
    assert account.client().options().status == 451
    assert text(parsed(ask(account.client(), body=document(account.user))), 'Url') == url
    account.close()


def test_the_directory_knows_the_users_name(staffed):
    account = Account(staffed, staffed.add_user('bauer@demo.example', fields='eas_user_addresses=anna.bauer@demo.example'))
    tree = parsed(ask(account.client(), body=document(account.user)))
    assert text(tree, 'DisplayName') == 'Bauer, Anna' and text(tree, 'EMailAddress') == 'anna.bauer@demo.example'
    account.close()


def test_a_large_document_is_refused(account):
    answer = ask(account.client(), body=document('a' * (10 << 20)))
    assert answer.status == 413
    parsed(ask(account.client(), body=document(account.user)))


def look(account, source):
    """A GET of the document over plain HTTP, without a log-in."""
    connection = http.client.HTTPConnection('127.0.0.1', account.instance.ports['EAS_HTTP_PORT'], timeout=30,
                                            source_address=(source, 0))
    connection.request('GET', XML, headers={'Host': 'autodiscover.example.org:8008'})
    answer = connection.getresponse()
    connection.close()
    return answer


def test_a_look_over_plain_http_is_sent_to_https(account):
    answer = look(account, '127.0.0.2')
    assert answer.status == 302
    assert answer.headers['Location'] == 'https://autodiscover.example.org/autodiscover/autodiscover.xml'


def test_a_look_from_the_host_itself_needs_a_log_in(account):
    assert look(account, '127.0.0.1').status == 401  # such a connection counts as secured, as in all of Dovecot


def test_get_with_a_log_in_may_not_be_asked_of_the_same_host(account):
    answer = ask(account.client(), 'GET')
    assert answer.status == 405
    assert answer.headers['Allow'] == 'POST'


@pytest.mark.parametrize('path', ['/autodiscover/autodiscover.json', '/Autodiscover/autodiscover.json/v1.0/a@b.example'])
def test_json_names_the_url(account, path):
    answer = ask(account.client(), 'GET', path + '?Email=a%40b.example&Protocol=ActiveSync&RedirectCount=1',
                 Host='mail.example.org').expect()
    assert json.loads(answer.body) == {'Protocol': 'ActiveSync',
                                       'Url': 'https://mail.example.org/Microsoft-Server-ActiveSync'}


def test_json_refuses_other_protocols(account):
    answer = ask(account.client(), 'GET', '/autodiscover/autodiscover.json?Protocol=Ews').expect(400)
    assert json.loads(answer.body)['ErrorCode'] == 'InvalidProtocol'
