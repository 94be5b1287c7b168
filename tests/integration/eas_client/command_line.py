"""eas-client: what a phone sees, on the command line."""
from __future__ import annotations

import argparse
import email.message
import email.policy
import email.utils
import sys
import time

from . import Client, Device, HttpError
from .client import body_preference
from .device import body, text


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    client = Client(options.port, options.user, options.password, host=options.host, tls=options.tls,
                    version=options.version, device_id=options.device_id, query_form=options.query)
    try:
        with client:
            options.run(Device(client), options)
    except (HttpError, OSError) as error:
        print(f'eas-client: {error}', file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog='eas-client', description=__doc__)
    parser.add_argument('--host', default='127.0.0.1')
    parser.add_argument('--port', type=int, required=True)
    parser.add_argument('--tls', action='store_true', help='HTTPS; the certificate is not checked')
    parser.add_argument('--user', default='user1@demo.example')
    parser.add_argument('--password', default='demo')
    parser.add_argument('--version', default='14.1', choices=['12.1', '14.0', '14.1', '16.0', '16.1'])
    parser.add_argument('--device-id', default='CommandLine1')
    parser.add_argument('--query', default='plain', choices=['plain', 'base64'])
    commands = parser.add_subparsers(required=True, metavar='COMMAND')

    def command(name: str, run, description: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=description)
        sub.set_defaults(run=run)
        return sub

    command('options', _options, 'versions and commands that the server offers')
    command('folders', _folders, 'the folder list')
    sub = command('messages', _messages, 'the messages of a folder')
    sub.add_argument('--folder', default='INBOX')
    sub.add_argument('--body', type=int, default=1, choices=[1, 2, 4], help='1 plain, 2 HTML, 4 MIME')
    sub.add_argument('--truncate', type=int, default=200, help='bytes of each body')
    sub = command('ping', _ping, 'wait for a change')
    sub.add_argument('--folder', default='INBOX')
    sub.add_argument('--seconds', type=int, default=60)
    sub = command('send', _send, 'send a message read from standard input')
    sub.add_argument('--to', required=True)
    sub.add_argument('--subject', default='')
    return parser


def _options(device: Device, _: argparse.Namespace) -> None:
    answer = device.client.options().expect()
    for name in ('MS-ASProtocolVersions', 'MS-ASProtocolCommands'):
        print(f'{name}: {answer.headers.get(name)}')


def _folders(device: Device, _: argparse.Namespace) -> None:
    device.folder_sync()
    children: dict[str, list] = {}
    for folder in device.folders.values():
        children.setdefault(folder.parent_id, []).append(folder)

    def show(parent: str, indent: str) -> None:
        for folder in sorted(children.get(parent, []), key=lambda f: (int(f.type), f.name)):
            print(f'{indent}{folder.name}  (type {folder.type}, {folder.server_id})')
            show(folder.server_id, indent + '  ')

    show('0', '')


def _messages(device: Device, options: argparse.Namespace) -> None:
    device.folder_sync()
    held = device.sync_all(device.folder(options.folder), options=[body_preference(options.body, options.truncate)])
    for server_id, item in held.items.items():
        read = ' ' if text(item, 'Email:Read') == '1' else '*'
        print(f'{read} {text(item, "Email:DateReceived")[:16]}  {text(item, "Email:From")}  '
              f'{text(item, "Email:Subject")}  [{server_id}]')
        first = ' '.join(body(item).split())
        print(f'      {first[:150]}')


def _ping(device: Device, options: argparse.Namespace) -> None:
    device.folder_sync()
    folder = device.folder(options.folder)
    device.sync_all(folder)
    started = time.monotonic()
    answer = device.client.ping(options.seconds, [folder]).expect()
    print(f'Status {answer.get("Status")} after {time.monotonic() - started:.1f} s')


def _send(device: Device, options: argparse.Namespace) -> None:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message['From'], message['To'], message['Subject'] = options.user, options.to, options.subject
    message['Date'] = email.utils.formatdate()
    message['Message-ID'] = email.utils.make_msgid(domain='demo.example')
    message.set_content(sys.stdin.read())
    answer = device.send_mail(bytes(message)).expect()
    print('sent' if answer.document is None else f'refused: Status {answer.get("Status")}')
