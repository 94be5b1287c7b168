#!/usr/bin/python3
"""What ./demo does once everything is built: start, stop, status of a private instance, and the proof.

DIR/demo.env is a contract: outside tools read the ports and paths from it.
"""
from __future__ import annotations

import argparse
import email.message
import email.policy
import os
import re
import shlex
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'fixtures'))

import sample_calendars  # pylint: disable=wrong-import-position
import sample_contacts  # pylint: disable=wrong-import-position
import sample_messages  # pylint: disable=wrong-import-position
from eas_client import Client, Device, E, schemas
from eas_client.client import body_preference
from eas_client.device import CALENDAR, CONTACTS, TASKS, text
from private_instance import Instance, Options, StartError
from private_instance.processes import wait_until

TOP = Path(__file__).resolve().parents[2]
PORT_OPTIONS = {'http': 'EAS_HTTP_PORT', 'https': 'EAS_HTTPS_PORT', 'imap': 'IMAP_PORT', 'lmtp': 'LMTP_PORT'}


def main() -> int:
    options = _parser().parse_args()
    try:
        return {'start': start, 'stop': stop, 'status': status}[options.command](options)
    except StartError as error:
        print(f'demo: {error}', file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read our output has seen enough
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog='demo')
    parser.add_argument('command', choices=['start', 'stop', 'status'])
    parser.add_argument('--dir', type=Path, default=Path(f'/tmp/dovecot-eas-demo-{os.getuid()}'))
    parser.add_argument('--build', type=Path)
    for name in PORT_OPTIONS:
        parser.add_argument(f'--{name}', type=_port)
    parser.add_argument('--users', type=_count, default=3)
    parser.add_argument('--device-policy', choices=['allow', 'quarantine', 'block'], default='allow')
    parser.add_argument('--no-samples', action='store_true')
    return parser


def _port(text_: str) -> int:
    if not 1 <= (port := int(text_)) <= 65535:
        raise argparse.ArgumentTypeError(f'{port} is no port')
    return port


def _count(text_: str) -> int:
    if not 1 <= (count := int(text_)) <= 10000:
        raise argparse.ArgumentTypeError('from 1 to 10000 users')
    return count


# The private slapd holds everybody's contacts, and is the company's directory.
DIRECTORY_SETTINGS = f'''
eas_ldap_uris = ldap://127.0.0.1:@LDAP_PORT@
eas_ldap_bind_dn = cn=admin,{sample_contacts.BASE}
eas_ldap_password = @PASSWORD@
eas_ldap_directory_bases = ou=people,{sample_contacts.BASE}
eas_ldap_contacts_base = ou=%n,{sample_contacts.BOOKS}
'''

# The device of the proof is served whatever becomes of others.
PROOF_DEVICE_TYPE = 'DemoProof'
# Notes have a mailbox of their own; automatic replies are Sieve's, where Pigeonhole is installed.
NOTES = 'namespace inbox {\n  mailbox Notes {\n    auto = subscribe\n  }\n}\n'
SIEVE = ('plugin {\n  sieve = file:~/sieve;active=~/.dovecot.sieve\n}\n'
         'protocol lmtp {\n  mail_plugins = $mail_plugins sieve\n}\n')
SIEVE_PLUGIN = Path('/usr/lib/dovecot/modules/lib90_sieve_plugin.so')
DEVICE_SETTINGS = f'''
eas_device_policy = {{policy}}
eas_device_rules = allow type={PROOF_DEVICE_TYPE}
'''


# ---------------------------------------------------------------------- the three commands


def start(options: argparse.Namespace) -> int:
    _own_directory(options.dir)
    running = _open(options.dir)
    if running.dovecot.pid() is not None:
        running.start()  # the SMTP server and the directory, should one of them have ended
        print(f'== It runs already, since {_since(running)}. ./demo stop ends it.')
    else:
        running.stop()  # what an earlier run left behind
        running = _start_new(options)
        if not options.no_samples:
            _deliver_samples(running)
            _write_calendars(running)
    prove(running)
    _show_how_to_connect(running)
    return 0


def _start_new(options: argparse.Namespace) -> Instance:
    print(f'== Starting in {options.dir}', flush=True)
    ports = {variable: getattr(options, name) for name, variable in PORT_OPTIONS.items() if getattr(options, name)}
    instance = Instance(options.dir, Options(
        users=options.users, ports=ports,
        extra=NOTES + (SIEVE if SIEVE_PLUGIN.exists() else ''),
        eas_extra=DIRECTORY_SETTINGS + DEVICE_SETTINGS.format(policy=options.device_policy),
        directory_entries=sample_contacts.entries(options.users, not options.no_samples)), tools=options.build / 'tools')
    instance.prepare(options.build)
    instance.start()
    _write_environment(instance)
    return instance


def stop(options: argparse.Namespace) -> int:
    instance = _open(options.dir)
    running = instance.dovecot.pid() or instance.submission.pid() or instance.ldap.pid()
    instance.stop()
    print('Stopped.' if running else 'It was not running.')
    return 0


def status(options: argparse.Namespace) -> int:
    instance = _open(options.dir)
    pids = {'Dovecot': instance.dovecot.pid(), 'SMTP server': instance.submission.pid(), 'slapd': instance.ldap.pid()}
    for name, pid in pids.items():
        print(f'{name}: ' + (f'runs, pid {pid}' if pid else 'does not run'))
    if not all(pids.values()):
        return 3
    _show_how_to_connect(instance)
    return 0


def _own_directory(directory: Path) -> None:
    """Makes the directory; refuses one in which the demo could not work, with the reason."""
    directory.mkdir(parents=True, exist_ok=True)
    directory = directory.resolve()
    if directory.stat().st_uid != os.geteuid():
        raise StartError(f'{directory} belongs to somebody else')
    if len(str(directory)) > 70 or re.search(r'[^\w./+-]', str(directory), re.ASCII):
        raise StartError(f'{directory} is too long or has odd characters for sockets and configuration; use --dir')
    closed = [str(path) for path in directory.parents if not path.stat().st_mode & 0o001]
    if closed and os.geteuid() == 0:
        raise StartError(f'Dovecot\'s unprivileged processes cannot pass {closed[0]}; use --dir')


# ---------------------------------------------------------------------- demo.env


def _environment(instance: Instance) -> dict[str, object]:
    names = ('EAS_HTTP_PORT', 'EAS_HTTPS_PORT', 'IMAP_PORT', 'LMTP_PORT', 'SUBMISSION_PORT')
    return {**{name: instance.ports[name] for name in names},
            'LDAP_URI': f'ldap://127.0.0.1:{instance.ports["LDAP_PORT"]}',
            'DOVECOT_CONF': instance.dovecot.configuration, 'EAS_CONF': instance.software.settings / 'eas.conf',
            'MAIL_ROOT': instance.mail_root, 'CALENDAR_ROOT': instance.calendar_root,
            'USERS': ' '.join(instance.users), 'PASSWORD': instance.password,
            'DOVEADM': _doveadm(instance), 'MASTER_PID': instance.dovecot.pid()}


def _doveadm(instance: Instance) -> Path:
    return instance.directory / 'doveadm'


def _write_environment(instance: Instance) -> None:
    instance.dovecot.write_doveadm(_doveadm(instance))
    lines = [f'{name}={shlex.quote(str(value))}\n' for name, value in _environment(instance).items()]
    temporary = instance.directory / 'demo.env.new'
    temporary.write_text('# Where the demo listens and keeps its data; written at each start.\n' + ''.join(lines))
    temporary.rename(instance.directory / 'demo.env')


def _open(directory: Path) -> Instance:
    """The instance that demo.env describes, or one that was never started."""
    instance = Instance(directory)
    try:
        lines = (directory / 'demo.env').read_text().splitlines()
    except FileNotFoundError:
        return instance
    values = dict(line.split('=', 1) for line in lines if '=' in line and not line.startswith('#'))
    values = {name: ''.join(shlex.split(value)) for name, value in values.items()}
    instance.ports = {name: int(value) for name, value in values.items() if name.endswith('_PORT')}
    instance.ports['LDAP_PORT'] = int(values['LDAP_URI'].rsplit(':', 1)[1])
    instance.users = values['USERS'].split()
    return instance


def _since(instance: Instance) -> str:
    return time.strftime('%H:%M', time.localtime((instance.directory / 'demo.env').stat().st_mtime))


# ---------------------------------------------------------------------- example mail


def _deliver_samples(instance: Instance) -> None:
    done = instance.directory / 'samples'
    done.mkdir(exist_ok=True)
    for user in instance.users[:20]:
        if (done / user).exists():
            continue
        connection = instance.imap(user)
        for mailbox in ('Archive/2025', 'Archive/2025/Projects'):
            connection.create(mailbox)
            connection.subscribe(mailbox)
        count = 0
        for mailbox, flags, days, message in sample_messages.samples(user):
            connection.append(mailbox, f'({flags})', sample_messages.date_before(days), message)
            count += 1
        connection.logout()
        (done / user).touch()
        print(f'   {count} example messages for {user}', flush=True)


def _write_calendars(instance: Instance) -> None:
    """Example calendars and tasks; what is there already stays."""
    for user in instance.users[:20]:
        root, count = instance.calendar_root / user, 0
        for directory, name, content in sample_calendars.files(user):
            path = root / directory / name
            _make_directories(instance, path.parent)
            if not path.exists():
                path.write_bytes(content.encode())
                _give(instance, path)
                count += name.endswith('.ics')
        print(f'   {count} example events and tasks for {user}', flush=True)


def _make_directories(instance: Instance, directory: Path) -> None:
    if not directory.exists():
        _make_directories(instance, directory.parent)
        directory.mkdir(mode=0o700)
        _give(instance, directory)


def _give(instance: Instance, path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, instance.uid, instance.gid)


# ---------------------------------------------------------------------- the proof


def prove(instance: Instance) -> None:
    """The way of a message from end to end, as a phone sees it. Raises StartError at the first failure."""
    print('== Proving it with an EAS client' + ('' if schemas.available() else ' (no schemas here to validate with)'))
    me, other = instance.users[0], instance.users[-1]
    try:
        with _client(instance, me, 'ProofPhone1') as client, _client(instance, other, 'ProofPhone2') as second:
            _prove(instance, Device(client), Device(second))
    except Exception as error:
        log = '\n'.join(instance.log().splitlines()[-15:])
        raise StartError(f'{type(error).__name__}: {error}\nthe end of {instance.directory}/log/dovecot.log:\n{log}') \
            from error


def _client(instance: Instance, user: str, device_id: str, **arguments) -> Client:
    port = instance.ports['EAS_HTTPS_PORT' if arguments.get('tls') else 'EAS_HTTP_PORT']
    return Client(port, user, instance.password, device_id=device_id, device_type=PROOF_DEVICE_TYPE, **arguments)


def _say(line: str) -> None:
    print(f'   {line}', flush=True)


def _prove(instance: Instance, phone: Device, second: Device) -> None:
    me = phone.client.user
    answer = phone.client.options().expect()
    _say(f'{me} logs in; versions {answer.headers.get("MS-ASProtocolVersions")}')
    with _client(instance, me, 'ProofPhone1', tls=True) as tls:
        tls.options().expect()
        _say('the same over HTTPS')
    phone.folder_sync()
    _say(f'FolderSync: {len(phone.folders)} folders: {", ".join(sorted(f.name for f in phone.folders.values()))}')
    inbox = phone.inbox()
    held = phone.sync_all(inbox, options=[body_preference(2, 500)])
    _say(f'Sync: {len(held.items)} messages in the Inbox')

    subject = f'Pushed at {time.strftime("%H:%M:%S")}'
    phone.start_ping(60, [inbox])
    time.sleep(0.5)
    instance.deliver(me, _message('demo@elsewhere.example', me, subject))
    accepted = time.monotonic()
    answer = phone.client.receive().expect()
    milliseconds = (time.monotonic() - accepted) * 1000
    if answer.get('Status') != '2':
        raise StartError(f'Ping: Status {answer.get("Status")}')
    _say(f'Ping: a message came by LMTP; the phone knew {milliseconds:.1f} ms after LMTP\'s "250"')
    phone.sync_all(inbox)
    pushed = next(server_id for server_id, item in held.items.items() if text(item, 'Email:Subject') == subject)
    phone.change(inbox, pushed, E('Email:Read', 1))
    _expect_in_imap(instance, me, subject, seen=True)
    _say(f'Sync: has it ("{subject}") and marked it as read; IMAP agrees')
    phone.delete(inbox, pushed, deletes_as_moves=True)
    _expect_in_imap(instance, me, subject, seen=None)
    _say('Sync: deleted it; IMAP sees it in Trash')

    second.folder_sync()
    theirs = second.inbox()
    second.sync_all(theirs)
    subject = f'Sent from a phone at {time.strftime("%H:%M:%S")}'
    second.start_ping(60, [theirs])
    time.sleep(0.5)
    sent = time.monotonic()
    answer = phone.send_mail(_message(me, second.client.user, subject)).expect()
    if answer.document is not None and answer.get('Status') != '1':
        raise StartError(f'SendMail: Status {answer.get("Status")}')
    second.client.receive().expect()
    _say(f'SendMail: {second.client.user}\'s phone knew {(time.monotonic() - sent) * 1000:.0f} ms later')
    received = second.sync_all(theirs)
    if not any(text(item, 'Email:Subject') == subject for item in received.items.values()):
        raise StartError('the message that was sent is not in the recipient\'s Inbox')
    _prove_calendars(instance, phone)
    _prove_contacts(phone, second.client.user)


def _prove_contacts(phone: Device, colleague: str) -> None:
    """The phone's contacts are entries of the directory, in which it finds a colleague too."""
    held = phone.sync_all(phone.of_type(CONTACTS), options=())
    names = sorted(text(item, 'Contacts:FileAs') for item in held.items.values())
    found = phone.client.post('Search', E('Search:Search', E(
        'Search:Store', E('Search:Name', 'GAL'), E('Search:Query', colleague.split('@')[0])))).expect()
    if found.get('Response/Store/Result/Properties/EmailAddress') != colleague:
        raise StartError(f'{colleague} is not found in the directory')
    _say(f'Sync: {len(names)} contacts: {"; ".join(names[:3])}. Search finds {colleague} in the directory')


def _prove_calendars(instance: Instance, phone: Device) -> None:
    """The phone's calendar and tasks are the files below CALENDAR_ROOT, both ways."""
    root = instance.calendar_root / phone.client.user
    events = phone.sync_all(phone.of_type(CALENDAR), options=())
    tasks = phone.of_type(TASKS)
    held = phone.sync_all(tasks, options=())
    _say(f'Sync: {len(events.items)} events, {len(held.items)} tasks; the next: ' +
         ', '.join(sorted(text(item, 'Calendar:Subject') for item in events.items.values())[:3]))
    subject = f'Added at {time.strftime("%H:%M:%S")}'
    added = phone.add(tasks, f'proof-{time.time_ns()}', E('Tasks:Subject', subject), E('Tasks:Importance', 1),
                      E('Tasks:Complete', 0), E('Tasks:Sensitivity', 0), E('Tasks:ReminderSet', 0))
    files = [path for path in root.glob('tasks/*.ics') if f'SUMMARY:{subject}' in path.read_text()]
    if added.get('Status') != '1' or len(files) != 1:
        raise StartError(f'a task that the phone added is no file below {root}')
    phone.start_ping(60, [tasks])
    time.sleep(0.5)
    files[0].unlink()
    if phone.client.receive().expect().get('Status') != '2':
        raise StartError('a deleted file did not wake the phone')
    if any(text(item, 'Tasks:Subject') == subject for item in phone.sync_all(tasks, options=()).items.values()):
        raise StartError('the phone still has the task whose file was deleted')
    _say(f'Sync: the phone added a task ({files[0].name}); the file was deleted, and Ping told the phone')


def _message(sender: str, recipient: str, subject: str) -> bytes:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message['From'], message['To'], message['Subject'] = sender, recipient, subject
    message.set_content('Grüße from the demo.\n')
    return bytes(message)


def _expect_in_imap(instance: Instance, user: str, subject: str, seen: bool | None) -> None:
    """`seen` None: it is in Trash and no longer in the Inbox."""
    connection = instance.imap(user)

    def count(mailbox: str, criteria: str = '') -> int:
        connection.select(mailbox, readonly=True)
        return len(connection.search(None, f'{criteria} SUBJECT "{subject}"'.strip())[1][0].split())

    if seen is None:
        agreed = wait_until(lambda: count('INBOX') == 0 and count('Trash') == 1, 30)
    else:
        agreed = wait_until(lambda: count('INBOX', 'SEEN') == 1, 30)
    connection.logout()
    if not agreed:
        raise StartError(f'IMAP does not show what the phone did with "{subject}"')


def _show_how_to_connect(instance: Instance) -> None:
    ports = instance.ports
    print(f'''
On a phone, add an account of the kind "Exchange" (ActiveSync):
   E-mail     {instance.users[0]}
   Server     this machine's name, port {ports["EAS_HTTPS_PORT"]} (the demo listens on loopback only: make the port
              reachable first, for example ssh -R or a reverse proxy with a certificate)
   Domain     (empty)
   User name  {instance.users[0]}   ({instance.users[0]} to {instance.users[-1]})
   Password   {instance.password}
   SSL        yes; accept the self-signed certificate

HTTP {ports["EAS_HTTP_PORT"]}, HTTPS {ports["EAS_HTTPS_PORT"]}, IMAP {ports["IMAP_PORT"]}, LMTP {ports["LMTP_PORT"]}, '''
          f'''SMTP {ports["SUBMISSION_PORT"]}, LDAP {ports["LDAP_PORT"]}; all in {instance.directory}/demo.env
Try:  tests/integration/eas-client --port {ports["EAS_HTTP_PORT"]} messages
      {_doveadm(instance)} eas device list -A
      https://127.0.0.1:{ports["EAS_HTTPS_PORT"]}/eas/ in a browser
End:  ./demo stop''' + ('' if str(instance.directory) == f'/tmp/dovecot-eas-demo-{os.getuid()}'
                        else f' --dir {instance.directory}'))


if __name__ == '__main__':
    sys.exit(main())
