"""eas-ping alone: phones that wait for a change of contacts, which eas-ldap-watch (played by the test) tells."""
from __future__ import annotations

import eas_ping
import pytest

from eas_ping import CHANGED, FORGET_CONTACTS, READY, WATCH_CONTACTS, WatchSocket, connection_pair
from test_eas_ping import (PROGRAM, append, fixture_log, fixture_process, fixture_resumed, fixture_service,  # pylint: disable=unused-import
                           nothing_comes)

PEOPLE = 'ou=people,dc=example'


@pytest.fixture(name='watch')
def fixture_watch(service):
    watch = WatchSocket(service)
    yield watch
    watch.close()


def order_for(watch, dn: str) -> tuple[int, list[str]]:
    """The next that is about `dn`: books of earlier tests are watched for a while."""
    while True:
        kind, texts = watch.order()
        if texts[0] == dn:
            return kind, texts


def test_a_change_in_its_books_wakes_a_phone_and_no_other(process, resumed, watch):
    jane = process.park(contacts=(f'uid=jane,{PEOPLE}', 'dn:uid=jane'), user='jane', device='1')
    joe = process.park(contacts=(f'uid=joe,{PEOPLE}', ''), user='joe', device='2')
    nobody = process.park(user='nobody', device='3')
    watch.accept()
    assert {tuple(order_for(watch, f'uid={name},{PEOPLE}')[1])[0] for name in ('jane', 'joe')} == {f'uid={name},{PEOPLE}' for name in ('jane', 'joe')}
    watch.changed(f'cn=x,ou=y,uid=xjane,{PEOPLE}')
    watch.changed(PEOPLE)
    watch.changed(f'cn=x,ou=y,uid=jane,{PEOPLE}')
    back = resumed.accept()
    assert (back.reason, back.user) == (CHANGED, b'jane')
    back.client.sendall(b'jane')
    assert jane.recv(9) == b'jane'
    nothing_comes(joe)
    nothing_comes(nobody)
    watch.changed(f'uid=joe,{PEOPLE}')
    assert resumed.accept().user == b'joe'


def test_what_happens_before_the_commit_wakes_after_it(process, resumed, watch):
    _phone, client = connection_pair()
    assert process.prepare(client, [], contacts=(f'uid=early,{PEOPLE}', '')) == READY
    watch.accept()
    order_for(watch, f'uid=early,{PEOPLE}')
    watch.changed(f'uid=early,{PEOPLE}')
    with pytest.raises(TimeoutError):
        resumed.accept(within_seconds=0.2)
    process.commit(client)
    assert resumed.accept().reason == CHANGED


def test_if_anything_may_have_changed_all_who_wait_for_contacts_look(process, resumed, watch, log):
    for name in ('a', 'b'):
        process.park(contacts=(f'uid={name},{PEOPLE}', ''), user=name, device=name)
    mail = process.park([process.watch(log)], user='mail', device='mail')
    watch.accept()
    watch.changed('')
    assert {resumed.accept().user for _ in 'ab'} == {b'a', b'b'}
    nothing_comes(mail)
    append(log)
    assert resumed.accept().user == b'mail'


def test_a_watcher_that_died_gets_its_orders_again(process, resumed, watch):
    name = f'uid=again,{PEOPLE}'
    process.park(contacts=(name, 'u:again'))
    watch.accept()
    assert order_for(watch, name) == (WATCH_CONTACTS, [name, 'u:again'])
    watch.hang_up()
    watch.accept()
    assert order_for(watch, name) == (WATCH_CONTACTS, [name, 'u:again'])
    watch.changed(name)
    assert resumed.accept().reason == CHANGED


def test_garbage_of_the_watcher_is_no_harm(process, resumed, watch, log):
    name = f'uid=garbage,{PEOPLE}'
    process.park([process.watch(log)], contacts=(name, ''))
    watch.accept()
    watch.link.sendall(b'\xff' * 100)
    watch.accept()
    order_for(watch, name)
    append(log)
    assert resumed.accept().reason == CHANGED


@pytest.fixture(name='sweeping')
def fixture_sweeping():
    """One that forgets what nobody waited for in the last second."""
    service = eas_ping.Service(PROGRAM, arguments='-s 1')
    yield service
    assert 'Panic:' not in service.remove()


def test_books_that_nobody_waits_for_are_forgotten(sweeping):
    name = f'uid=gone,{PEOPLE}'
    process, resumed, watch = eas_ping.Process(sweeping), eas_ping.ResumeSocket(sweeping), WatchSocket(sweeping)
    process.park(contacts=(name, ''))
    watch.accept()
    assert order_for(watch, name)[0] == WATCH_CONTACTS
    watch.changed(name)
    resumed.accept()
    assert order_for(watch, name)[0] == FORGET_CONTACTS
    for each in (process, resumed, watch):
        each.close()
