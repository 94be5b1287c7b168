"""ResolveRecipients: MS-ASCMD 2.2.1.15; a real slapd, whose people are in staff.py."""
from __future__ import annotations

import base64
import os
import signal
import ssl

import pytest

from accounts import make_message
from conftest import new_account, start_staffed, stop_instance
from eas_client import E
from private_instance.processes import suspend
from staff import IMPATIENT, PICTURE, gal, names


@pytest.fixture(name='user')
def fixture_user(staffed):
    yield from new_account(staffed)


def resolve(client, *to, options=()):
    return client.post('ResolveRecipients', E('ResolveRecipients:ResolveRecipients', [E('ResolveRecipients:To', each) for each in to],
                                              E('ResolveRecipients:Options', list(options)) if options else None)).expect()


def option(name: str, value):
    return E(f'ResolveRecipients:{name}', value)


def told(answer) -> list[tuple[str, str, str, list[str]]]:
    """To, Status, RecipientCount and addresses of each Response."""
    assert answer.get('Status') == '1'
    return [(each.get('To'), each.get('Status'), each.get('RecipientCount'),
             [recipient.get('EmailAddress') for recipient in each.findall('Recipient')]) for each in answer.document.findall('Response')]


def test_unique_ambiguous_and_unknown_names(user, version):
    answer = resolve(user.client(version), 'abauer', 'john', 'nobody', 'frum@demo.example')
    assert told(answer) == [('abauer', '1', '1', ['anna.bauer@demo.example']), ('john', '2', '2', ['barry@demo.example', 'frum@demo.example']),
                            ('nobody', '4', '0', []), ('frum@demo.example', '1', '1', ['frum@demo.example'])]
    recipient = answer.document.find('Response/Recipient')
    assert (recipient.get('Type'), recipient.get('DisplayName')) == ('1', 'Bauer, Anna')


def test_an_exact_name_means_one_and_an_address_is_not_completed(user):
    answer = resolve(user.client(), 'Extra 01', 'Anna Partner <anna@partner.example>', 'frum@demo', 'FRUM@demo.example')
    assert [(status, addresses) for _, status, _, addresses in told(answer)] == [
        ('1', ['extra01@demo.example']), ('1', ['anna@partner.example']), ('4', []), ('1', ['frum@demo.example'])]


def test_suggestions_are_limited(user):
    for limit, expected in (('2', ['extra00@demo.example', 'extra01@demo.example']), ('0', [])):
        assert told(resolve(user.client(), 'Extra', options=[option('MaxAmbiguousRecipients', limit)])) == [('Extra', '3', '30', expected)]
    assert told(resolve(user.client(), 'Extra', options=[option('MaxAmbiguousRecipients', '30')]))[0][1] == '2'


def test_own_contacts_are_resolved_and_nobody_elses(user):
    answer = resolve(user.client(), 'carla')
    assert told(answer) == [('carla', '1', '1', ['carla@elsewhere.example'])]
    assert answer.get('Response/Recipient/Type') == '2'


def test_hidden_people_are_not_resolved(user):
    assert [status for _, status, _, _ in told(resolve(user.client(), 'hidden@demo.example', 'secret', '*)(mail=*', 'No Mail Person'))] == ['4'] * 4


def certificates(answer) -> list[tuple[str, str, str, list[bytes]]]:
    found = []
    for each in answer.document.findall('Response/Recipient/Certificates'):
        data = [base64.b64decode(each_.value()) for name in ('Certificate', 'MiniCertificate') for each_ in each.findall(name)]
        found.append((each.get('Status'), each.get('CertificateCount'), each.get('RecipientCount'), data))
    return found


FULL, MINI = option('CertificateRetrieval', '2'), option('CertificateRetrieval', '3')


def test_certificates_that_mail_can_be_encrypted_with(user, version):
    client = user.client(version)
    (status, count, people, (anna,)), = certificates(resolve(client, 'abauer', options=[FULL]))
    assert (status, count, people) == ('1', '1', '1') and 'BEGIN CERTIFICATE' in ssl.DER_cert_to_PEM_cert(anna)
    (status, count, people, both), = certificates(resolve(client, 'John Frum', options=[FULL]))
    assert (status, count, people, len(both)) == ('1', '2', '1', 2)  # the third one has expired
    assert certificates(resolve(client, 'James Littlejohn', options=[FULL])) == [('7', '0', '1', [])]
    assert certificates(resolve(client, 'abauer', options=[option('CertificateRetrieval', '1')])) == []
    assert certificates(resolve(client, 'abauer')) == []
    assert certificates(resolve(client, 'john', options=[FULL])) == []  # only suggestions


def test_a_mini_certificate(user):
    answer = resolve(user.client(), 'John Frum', options=[MINI])
    (status, count, _, found), = certificates(answer)
    assert (status, count, len(found)) == ('1', '1', 1) and answer.document.find('Response/Recipient/Certificates/MiniCertificate') is not None


def test_no_recipient_gets_a_part_of_its_certificates(user):
    found = certificates(resolve(user.client(), 'abauer', 'John Frum', options=[FULL, option('MaxCertificates', '2')]))
    assert [(status, count, len(data)) for status, count, _, data in found] == [('1', '1', 1), ('8', '2', 0)]
    found = certificates(resolve(user.client(), 'abauer', options=[FULL, option('MaxCertificates', '0')]))
    assert [(status, count) for status, count, _, _ in found] == [('8', '1')]


def test_a_group_has_the_certificates_of_its_members(user):
    answer = resolve(user.client(), 'twosome', options=[FULL])
    assert told(answer) == [('twosome', '1', '1', ['twosome@demo.example'])]
    (status, count, people, data), = certificates(answer)
    assert (status, count, people, len(data)) == ('1', '3', '2', 3)


def picture(size=None, count=None):
    return E('ResolveRecipients:Picture', E('ResolveRecipients:MaxSize', size) if size is not None else None,
             E('ResolveRecipients:MaxPictures', count) if count is not None else None)


def test_pictures_for_each_name(user):
    client = user.client('14.1')
    answer = resolve(client, 'john', 'abauer', 'james', options=[picture(102400, 1)])
    assert [each.get('Status') for each in answer.document.findall('Response/Recipient/Picture')] == ['1', '175', '1', '173']
    shown = list(answer.document.findall('Response/Recipient/Picture'))[2]
    assert shown.find('Data').data() in (PICTURE, base64.b64encode(PICTURE))
    answer = resolve(client, 'barry@demo.example', options=[picture(100)])
    assert answer.get('Response/Recipient/Picture/Status') == '174'
    assert resolve(user.client('14.0'), 'abauer', options=[picture()]).document.find('Response/Recipient/Picture') is None


def availability(start='2026-11-23T08:00:00.000Z', end='2026-11-23T12:00:00.000Z'):
    return E('ResolveRecipients:Availability', E('ResolveRecipients:StartTime', start) if start else None,
             E('ResolveRecipients:EndTime', end) if end else None)


@pytest.mark.parametrize('start, end', [(None, None), ('yesterday', None), ('2026-11-23T08:00:00.000Z', '2026-11-23T08:29:59.000Z'),
                                        ('2026-11-23T08:00:00.000Z', '2027-01-05T08:00:00.000Z')])
def test_wrong_times_of_availability_have_status_5(user, start, end):
    assert resolve(user.client(), 'abauer', options=[availability(start, end)]).get('Status') == '5'


def test_availability_is_told_of_unique_recipients_only(user):
    answer = resolve(user.client(), 'abauer', 'john', 'crowd@demo.example', options=[availability()])
    found = {each.get('EmailAddress'): each.get('Availability/Status') for each in answer.document.findall('Response/Recipient')}
    assert found == {'anna.bauer@demo.example': '163', 'barry@demo.example': None, 'frum@demo.example': None, 'crowd@demo.example': '161'}
    assert resolve(user.client('12.1'), 'abauer', options=[availability()]).document.find('Response/Recipient/Availability') is None
    answer = resolve(user.client(), *['abauer'] * 100, options=[availability()])
    assert {each.value() for each in answer.document.findall('Response/Recipient/Availability/Status')} == {'160'}


def test_wrong_requests_have_status_5(user):
    client = user.client()
    assert resolve(client).get('Status') == '5'
    for to in ('', 'x' * 257, 'x' * (1 << 20)):
        assert resolve(client, to).get('Status') == '5'
    assert resolve(client, *['abauer'] * 101).get('Status') == '5'
    for name, value in (('CertificateRetrieval', '4'), ('MaxCertificates', '10000'), ('MaxAmbiguousRecipients', '-1')):
        assert resolve(client, 'abauer', options=[option(name, value)]).get('Status') == '5'


def test_without_a_directory_nobody_is_known(account):
    assert told(resolve(account.client(), 'abauer')) == [('abauer', '4', '0', [])]


def test_a_slow_directory_has_status_6(tmp_path):
    tmp_path.chmod(0o755)
    instance = start_staffed(tmp_path, IMPATIENT)
    try:
        for account in new_account(instance):
            suspend(instance.ldap.pid())
            try:
                assert resolve(account.client(), 'abauer', 'john').get('Status') == '6'
            finally:
                os.kill(instance.ldap.pid(), signal.SIGCONT)
    finally:
        stop_instance(instance)


# ---------------------------------------------------------------------- collected addresses


def send(user, client_id: str, to: str):
    message = make_message('Hello', to=to, sender=user.user)
    assert user.client().send_mail(message, client_id=client_id).status == 200


def test_recipients_of_sent_mail_are_collected_up_to_the_limit(user):
    user_client = user.client()
    send(user, '1', 'Zoe Zimmer <user191@demo.example>, =?utf-8?q?J=C3=BCrgen?= Zobel <user192@demo.example>')
    assert names(gal(user_client, 'zo')) == ['Jürgen Zobel', 'Zoe Zimmer']
    send(user, '2', f'user191@demo.example, {user.user}')
    assert names(gal(user_client, 'zo')) == ['Jürgen Zobel', 'Zoe Zimmer']
    send(user, '3', 'Zora Three <user193@demo.example>')
    send(user, '4', 'Zoltan Four <user194@demo.example>')
    assert len(names(gal(user_client, 'zo'))) == 3 and 'Zoltan Four' in names(gal(user_client, 'zo'))
    answer = resolve(user_client, 'user194@demo.example')
    assert told(answer)[0][1] == '1' and answer.get('Response/Recipient/Type') == '1'


def test_collected_addresses_are_ones_own(user, staffed):
    for other in new_account(staffed):
        send(other, '1', 'Yvonne <user195@demo.example>')
        assert names(gal(other.client(), 'yvonne')) == ['Yvonne']
    assert names(gal(user.client(), 'yvonne')) == []
