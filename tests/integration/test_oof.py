"""Automatic replies (Settings:Oof, MS-ASCMD 2.2.3.122) by Sieve: scripts of Pigeonhole, mail by LMTP, replies by SMTP."""
from __future__ import annotations

import datetime
import email
import email.policy
import os
from pathlib import Path

import pytest

from accounts import Account, check, make_message
from conftest import new_account, start_instance, start_staffed, stop_instance
from eas_client import E
from eas_client.device import CONTACTS
from private_instance.processes import run, wait_until

SIEVE = ('plugin {\n  sieve = file:~/sieve;active=~/.dovecot.sieve\n}\n'
         'protocol lmtp {\n  mail_plugins = $mail_plugins sieve\n}\n')
OWN = ('require ["fileinto", "mailbox"];\r\nif header :contains "subject" "list" {\r\n'
       '  fileinto :create "Lists"; # käse\r\n}\r\n')
VACATION = 'require ["vacation"];\nvacation "My own words.";\n'


@pytest.fixture(scope='module', name='sieved')
def fixture_sieved():
    """An instance with Pigeonhole, whose users are all of the same organization."""
    instance = start_instance(extra=SIEVE, users=60)
    yield instance
    stop_instance(instance)


@pytest.fixture(scope='module', name='outside')
def fixture_outside():
    """One whose users do not belong to the organization, for they have another domain."""
    instance = start_instance(extra=SIEVE, users=20, eas_extra='eas_internal_domains = corp.example')
    yield instance
    stop_instance(instance)


@pytest.fixture(name='user')
def fixture_user(sieved):
    yield from new_account(sieved)


@pytest.fixture(name='friend')
def fixture_friend(sieved):
    yield from new_account(sieved)


def message(audience: str, words: str | None, *, enabled: bool = True, body_type: str = 'TEXT'):
    return E('Settings:OofMessage', E(f'Settings:AppliesTo{audience}'), E('Settings:Enabled', int(enabled)),
             E('Settings:ReplyMessage', words) if words is not None else None,
             E('Settings:BodyType', body_type) if words is not None else None)


def set_oof(account, state: int | None, *parts, start=None, end=None, version: str = '14.1') -> str:
    """The Status."""
    answer = account.client(version).settings(E('Settings:Oof', E(
        'Settings:Set', E('Settings:OofState', state) if state is not None else None,
        E('Settings:StartTime', stamp(start)) if start else None, E('Settings:EndTime', stamp(end)) if end else None,
        *parts))).expect()
    return answer.get('Oof/Status')


def get_oof(account, body_type: str = 'TEXT', version: str = '14.1'):
    answer = account.client(version).settings(
        E('Settings:Oof', E('Settings:Get', E('Settings:BodyType', body_type)))).expect()
    assert answer.get('Oof/Status') == '1'
    return answer.document.find('Oof/Get')


def shown(oof) -> dict[str, tuple]:
    """Audience -> (Enabled, ReplyMessage, BodyType)."""
    found = {}
    for each in oof.findall('OofMessage'):
        audience, = [child.name for child in each if child.name.startswith('AppliesTo')]
        found[audience.removeprefix('AppliesTo')] = (each.get('Enabled'), each.get('ReplyMessage'), each.get('BodyType'))
    return found


def stamp(instant: datetime.datetime) -> str:
    return instant.strftime('%Y-%m-%dT%H:%M:%S.000Z')


def hours(count: float) -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=count)


def inbox(account, mailbox: str = 'INBOX') -> list:
    with account.imap() as connection:
        if connection.select(mailbox)[0] != 'OK' or check(connection.search(None, 'ALL')) == [b'']:
            return []
        return [email.message_from_bytes(data[1], policy=email.policy.default)
                for data in check(connection.fetch('1:*', '(BODY.PEEK[])')) if isinstance(data, tuple)]


def write_to(account, sender, subject: str = 'Hello') -> None:
    account.instance.deliver(account.user, make_message(subject, to=account.user, sender=sender.user), sender.user)
    assert wait_until(lambda: any(each['Subject'] == subject for each in inbox(account) + inbox(account, 'Lists')), 30)


def reply(account):
    """The automatic reply that `account` gets; it comes by SMTP some time after the delivery."""
    assert wait_until(lambda: inbox(account), 60, 0.2), 'no reply came'
    answer, = inbox(account)
    assert answer['Auto-Submitted'].startswith('auto-replied')
    return answer


def home(account) -> Path:
    return account.instance.mail_root / account.user


def give(account, path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, account.instance.uid, account.instance.gid, follow_symlinks=False)


def put_script(account, text: str = OWN, name: str = 'mine') -> Path:
    """Makes it active, as ManageSieve does."""
    directory, active = home(account) / 'sieve', home(account) / '.dovecot.sieve'
    for path in (home(account), directory):
        if not path.exists():
            path.mkdir(mode=0o700)
            give(account, path)
    script = directory / f'{name}.sieve'
    script.write_bytes(text.encode())
    active.unlink(missing_ok=True)
    active.symlink_to(f'sieve/{name}.sieve')
    for path in (script, active):
        give(account, path)
    return script


def active_script(account) -> str:
    active = home(account) / '.dovecot.sieve'
    return os.readlink(active) if active.is_symlink() else ''


def test_what_is_set_can_be_got(user, version):
    start, end = hours(24), hours(48)
    words = 'Back on\n"Monday"\\\n.\nKäse'
    assert set_oof(user, 2, message('Internal', words), message('ExternalKnown', '<p>known</p>', body_type='HTML'),
                   message('ExternalUnknown', None, enabled=False), start=start, end=end, version=version) == '1'
    oof = get_oof(user, version=version)
    assert oof.get('OofState') == '2'
    assert oof.get('StartTime') == stamp(start) and oof.get('EndTime') == stamp(end)
    assert shown(oof)['Internal'] == ('1', words, 'TEXT')
    assert shown(oof)['ExternalKnown'][1].strip() == 'known'
    assert shown(oof)['ExternalUnknown'] == ('0', None, None)
    assert shown(get_oof(user, 'HTML'))['ExternalKnown'] == ('1', '<p>known</p>', 'HTML')


def test_times_are_stored_only_with_state_2(user, version):
    start, end = hours(24), hours(48)
    for state in (0, 1):
        assert set_oof(user, state, message('Internal', 'Away.'), start=start, end=end, version=version) == '1'
        oof = get_oof(user, version=version)
        assert oof.get('OofState') == str(state) and oof.get('StartTime') is None and oof.get('EndTime') is None


@pytest.mark.parametrize('body_type', ['TEXT', 'Text', 'HTML', 'Html'])
def test_the_body_type_is_told_as_it_was_asked_for(user, body_type):
    assert set_oof(user, 0, message('Internal', 'Away.', body_type=body_type)) == '1'
    assert shown(get_oof(user, body_type))['Internal'] == ('1', 'Away.', body_type)


def test_nothing_was_ever_set(user):
    oof = get_oof(user)
    assert oof.get('OofState') == '0'
    assert shown(oof) == {name: ('0', None, None) for name in ('Internal', 'ExternalKnown', 'ExternalUnknown')}


def test_a_colleague_gets_a_reply(user, friend):
    assert set_oof(user, 1, message('Internal', 'I am "away".\n.\nÜber die Berge\\')) == '1'
    write_to(user, friend)
    answer = reply(friend)
    assert answer.get_content().replace('\r', '').strip() == 'I am "away".\n.\nÜber die Berge\\'
    assert user.user in answer['From']


def test_a_reply_in_html_has_plain_text_too(user, friend):
    assert set_oof(user, 1, message('Internal', '<p>Ich bin <b>verreist</b> – bis "Montag"</p>', body_type='HTML')) == '1'
    write_to(user, friend)
    answer = reply(friend)
    assert answer.get_body(('html',)).get_content().strip() == '<p>Ich bin <b>verreist</b> – bis "Montag"</p>'
    assert answer.get_body(('plain',)).get_content().strip() == 'Ich bin verreist – bis "Montag"'


def test_the_users_own_script_keeps_working(user, friend):
    script = put_script(user)
    assert set_oof(user, 1, message('Internal', 'Away.')) == '1'
    assert active_script(user).endswith('eas-vacation.sieve')
    write_to(user, friend, 'On the list')
    assert [each['Subject'] for each in inbox(user, 'Lists')] == ['On the list'] and inbox(user) == []
    assert 'Away.' in reply(friend).get_content()
    assert set_oof(user, 0) == '1'
    assert active_script(user).endswith('mine.sieve') and script.read_bytes() == OWN.encode()
    write_to(user, friend, 'Another list')
    assert len(inbox(user, 'Lists')) == 2 and len(inbox(friend)) == 1
    oof = get_oof(user)  # what was said is there for the next time
    assert oof.get('OofState') == '0' and shown(oof)['Internal'] == ('1', 'Away.', 'TEXT')


def test_a_script_that_is_no_link_comes_back(user, friend):
    put_script(user)
    (home(user) / '.dovecot.sieve').unlink()
    (home(user) / '.dovecot.sieve').write_bytes(OWN.encode())
    give(user, home(user) / '.dovecot.sieve')
    assert set_oof(user, 1, message('Internal', 'Away.')) == '1'
    write_to(user, friend, 'On the list')
    assert len(inbox(user, 'Lists')) == 1
    assert set_oof(user, 0) == '1'
    assert (home(user) / '.dovecot.sieve').read_bytes() == OWN.encode()


def test_a_user_without_a_script_has_none_again(user):
    assert set_oof(user, 1, message('Internal', 'Away.')) == '1'
    assert set_oof(user, 0) == '1'
    assert not (home(user) / '.dovecot.sieve').exists()


@pytest.mark.parametrize('start, end, answers', [(-1, 1, True), (-48, -1, False), (1, 48, False), (-30, 30, True)])
def test_the_time_counts(user, friend, start, end, answers):
    assert set_oof(user, 2, message('Internal', 'Away.'), start=hours(start), end=hours(end)) == '1'
    write_to(user, friend)
    if answers:
        assert 'Away.' in reply(friend).get_content()
    else:  # a reply that is sent is in the log before the next message is delivered
        log = user.instance.log()
        assert f'sent vacation response to <{friend.user}>' not in log and inbox(friend) == []


def test_audiences_outside(outside):
    for user in new_account(outside):
        for friend in new_account(outside):
            assert set_oof(user, 1, message('Internal', 'A secret.'), message('ExternalKnown', 'For friends.'),
                           message('ExternalUnknown', 'For strangers.')) == '1'
            write_to(user, friend)
            assert 'For strangers.' in reply(friend).get_content()
        for stranger in new_account(outside):
            assert set_oof(user, 1, message('ExternalUnknown', 'For strangers.', enabled=False)) == '1'
            write_to(user, stranger, 'Another one')
            assert not inbox(stranger)


def test_people_in_the_address_book_are_known(tmp_path):
    instance = start_staffed(tmp_path, '\neas_internal_domains = corp.example\n', extra=SIEVE)
    try:
        user, friend, stranger = (Account(instance, instance.take_user()) for _ in range(3))
        phone = user.phone()
        contacts = phone.of_type(CONTACTS)
        phone.sync_all(contacts)
        assert phone.add(contacts, 'c1', E('Contacts:LastName', 'Friend'), E('Contacts:FileAs', 'Friend'),
                         E('Contacts:Email1Address', f'"A friend" <{friend.user}>')).get('Status') == '1'
        assert set_oof(user, 1, message('Internal', 'A secret.'), message('ExternalKnown', 'For friends.'),
                       message('ExternalUnknown', 'For strangers.')) == '1'
        for sender, words in ((friend, 'For friends.'), (stranger, 'For strangers.')):
            write_to(user, sender, f'From {sender.user}')
            assert words in reply(sender).get_content()
    finally:
        stop_instance(instance)


def test_a_vacation_of_the_users_own_waits_while_the_phones_counts(user, friend):
    own = OWN.replace('"mailbox"', '"mailbox", "vacation"') + VACATION.partition('\n')[2]
    script = put_script(user, own)
    assert set_oof(user, 1, message('Internal', 'Away.')) == '1'
    write_to(user, friend, 'On the list')
    assert 'Away.' in reply(friend).get_content() and len(inbox(user, 'Lists')) == 1
    assert 'error' not in user.instance.log().partition('On the list')[2].lower()
    assert set_oof(user, 0) == '1' and script.read_bytes() == own.encode()
    assert active_script(user).endswith('mine.sieve')
    write_to(user, friend, 'Another list')
    assert wait_until(lambda: len(inbox(friend)) == 2, 60, 0.2)
    assert 'My own words.' in inbox(friend)[-1].get_content()


def test_a_vacation_in_a_script_that_the_own_one_includes_waits_too(user, friend):
    outer = 'require ["include"];\ninclude "middle";\n'
    middle = 'require ["include", "fileinto", "mailbox"];\ninclude :optional "absent";\n' + OWN.partition('\n')[2] + 'include "inner";\n'
    scripts = {'inner': VACATION, 'middle': middle, 'mine': outer}
    paths = {name: put_script(user, text, name) for name, text in scripts.items()}
    assert set_oof(user, 1, message('Internal', 'Away.')) == '1'
    write_to(user, friend, 'On the list')
    assert 'Away.' in reply(friend).get_content() and len(inbox(user, 'Lists')) == 1
    assert 'error' not in user.instance.log().partition('On the list')[2].lower()
    assert set_oof(user, 0) == '1'
    assert {name: path.read_bytes().decode() for name, path in paths.items()} == scripts
    write_to(user, friend, 'Another list')
    assert wait_until(lambda: len(inbox(friend)) == 2, 60, 0.2)
    assert 'My own words.' in inbox(friend)[-1].get_content()


def test_a_vacation_of_the_users_own_counts_outside_of_the_phones_time(user, friend):
    put_script(user, VACATION)
    assert set_oof(user, 2, message('Internal', 'Away.'), start=hours(24), end=hours(48)) == '1'
    write_to(user, friend)
    assert 'My own words.' in reply(friend).get_content()


def test_what_the_user_changes_in_the_own_script_counts_at_the_next_look(user, friend):
    script = put_script(user, VACATION)
    assert set_oof(user, 1, message('Internal', 'Away.')) == '1'
    script.write_bytes((OWN.replace('"mailbox"', '"mailbox", "vacation"') + 'vacation "Other words.";\n').encode())
    assert get_oof(user).get('OofState') == '1'
    write_to(user, friend, 'On the list')
    assert 'Away.' in reply(friend).get_content() and len(inbox(user, 'Lists')) == 1


def test_the_admins_default_script_keeps_working(tmp_path):
    default = tmp_path / 'default.sieve'
    default.write_text(OWN, encoding='utf-8')
    run(['sievec', default])  # Dovecot cannot write beside an admin's script
    for path in (default, default.with_suffix('.svbin'), tmp_path, *tmp_path.parents[:3]):
        path.chmod(path.stat().st_mode | 0o055)
    instance = start_instance(extra=SIEVE.replace('plugin {', f'plugin {{\n  sieve_default = {default}'), users=2)
    try:
        user, friend = (Account(instance, instance.take_user()) for _ in range(2))
        put_script(friend, 'keep;\n')
        assert set_oof(user, 1, message('Internal', 'Away.')) == '1'
        write_to(user, friend, 'On the list')
        assert 'Away.' in reply(friend).get_content() and len(inbox(user, 'Lists')) == 1
        assert set_oof(user, 0) == '1' and active_script(user) == ''
        write_to(user, friend, 'Another list')
        assert len(inbox(user, 'Lists')) == 2
    finally:
        stop_instance(instance)


def test_another_program_switches_it_off(user):
    put_script(user)
    assert set_oof(user, 1, message('Internal', 'Away.')) == '1'
    put_script(user, 'keep;\n', 'other')
    assert get_oof(user).get('OofState') == '0'
    assert set_oof(user, 1) == '1' and get_oof(user).get('OofState') == '1'
    assert set_oof(user, 0) == '1' and active_script(user).endswith('other.sieve')


def test_an_edited_script_is_not_what_the_phone_set(user):
    assert set_oof(user, 1, message('Internal', 'Away.')) == '1'
    script = home(user) / 'sieve/eas-vacation.sieve'
    script.write_bytes(script.read_bytes().replace(b'Away.', b'Gone.'))
    oof = get_oof(user)
    assert oof.get('OofState') == '1' and shown(oof)['Internal'] == ('1', None, None)


def test_a_broken_script_is_not_activated(user):
    put_script(user, 'this is no Sieve\n')
    assert set_oof(user, 1, message('Internal', 'Away.')) == '5'
    assert active_script(user).endswith('mine.sieve')


@pytest.mark.parametrize('parts, start, end, status', [
    ((message('Internal', 'a'), message('Internal', 'b')), None, None, '2'),
    ((E('Settings:OofMessage', E('Settings:Enabled', 1)),), None, None, '2'),
    ((E('Settings:OofMessage', E('Settings:AppliesToInternal'), E('Settings:ReplyMessage', 'x')),), None, None, '2'),
    ((message('Internal', 'a', body_type='RTF'),), None, None, '5'),
    ((message('Internal', 'x' * 200000),), None, None, '5'),
    ((), hours(1), None, '2'),
    ((), None, hours(1), '2'),
    ((), hours(2), hours(1), '5'),
])
def test_senseless_requests_are_refused(user, parts, start, end, status):
    assert set_oof(user, 2, *parts, start=start, end=end) == status
    assert get_oof(user).get('OofState') == '0'


def test_get_has_to_name_a_body_type(user):
    client = user.client()
    assert client.settings(E('Settings:Oof', E('Settings:Get'))).expect().get('Oof/Status') == '2'
    assert client.settings(E('Settings:Oof')).expect().get('Oof/Status') == '2'


def test_where_the_module_cannot_be_loaded_there_are_no_audiences():
    instance = start_instance(extra=SIEVE, users=1)
    try:
        module = instance.software.modules / 'eas/libeas_sieve.so'
        module.unlink()  # a link
        module.write_text('no library')
        account = Account(instance, instance.take_user())
        oof = get_oof(account)
        assert oof.get('OofState') == '0' and shown(oof) == {}
        assert set_oof(account, 1, message('Internal', 'Away.')) == '3'
        assert account.client().folder_sync().expect().get('Status') == '1'
        instance.wait_for_log('automatic replies are not possible: ')
        account.close()
    finally:
        stop_instance(instance)


def test_without_pigeonhole_there_are_no_audiences(account, version):
    oof = get_oof(account, version=version)
    assert oof.get('OofState') == '0' and shown(oof) == {}
    assert set_oof(account, 1, message('Internal', 'Away.'), version=version) == '3'  # access denied
