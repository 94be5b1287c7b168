"""eas-ping alone: what it does with parked connections, and with processes and clients that misbehave."""
from __future__ import annotations

import os
import struct
import time
from email.utils import parsedate_to_datetime

import pytest

import eas_ping
from conftest import BUILD
from eas_ping import ANSWER, CHANGED, INPUT, LONG_SECONDS, Process, ResumeSocket, Service, connection_pair, frame
from private_instance.processes import wait_until

PROGRAM = BUILD / 'eas-ping'


@pytest.fixture(scope='module', name='service')
def fixture_service():
    service = Service(PROGRAM)
    yield service
    log = service.remove()
    assert not any(word in log for word in ('Panic:', 'Fatal:', 'killed with signal', 'AddressSanitizer')), log


@pytest.fixture(name='process')
def fixture_process(service):
    """What it parked is nobody's any more when the next test begins."""
    process = Process(service)
    yield process
    process.close()
    assert not process.parked or wait_until(lambda: not service.holds(process.parked), LONG_SECONDS)


@pytest.fixture(name='resumed')
def fixture_resumed(service):
    resumed = ResumeSocket(service)
    yield resumed
    resumed.close()


@pytest.fixture(name='log')
def fixture_log(tmp_path):
    """A file that stands for an index log."""
    path = tmp_path / 'dovecot.index.log'
    path.touch()
    return path


def append(path):
    with open(path, 'ab') as file:
        file.write(b'x')


def nothing_comes(phone, seconds=0.3):
    phone.settimeout(seconds)
    with pytest.raises(TimeoutError):
        phone.recv(1)
    phone.settimeout(LONG_SECONDS)


def test_a_change_hands_the_connection_back_with_its_request(process, resumed, log):
    phone = process.park([process.watch(log)], user='me', connection=b'facts', request=b'again')
    append(log)
    back = resumed.accept()
    assert (back.reason, back.user, back.connection, back.request) == (CHANGED, b'me', b'facts', b'again')
    assert 0 < back.wait_left_ms <= 60000
    back.client.sendall(b'from the process')
    assert phone.recv(99) == b'from the process'


def test_the_uid_of_the_process_that_parked_goes_along(process, resumed, log):
    process.park([process.watch(log)])
    append(log)
    assert resumed.accept().uid == os.geteuid()


def test_phones_of_one_mailbox_are_all_woken_and_others_are_not(process, resumed, log, tmp_path):
    other = tmp_path / 'other.log'
    other.touch()
    watching = [process.park([process.watch(log)], device=str(i), connection=b'shared') for i in range(20)]
    quiet = process.park([process.watch(other)], device='quiet')
    append(log)
    assert all(resumed.accept().connection == b'shared' for _ in watching)
    nothing_comes(quiet)
    with pytest.raises(TimeoutError):
        resumed.accept(within_seconds=0.2)
    quiet.close()


def test_only_a_few_processes_are_started_at_once(process, resumed, log):
    phones = [process.park([process.watch(log)], device=str(i)) for i in range(100)]
    append(log)
    resumed.listener.settimeout(LONG_SECONDS)
    links = [resumed.listener.accept()[0]]
    resumed.listener.settimeout(0.5)
    try:
        while True:
            links.append(resumed.listener.accept()[0])
    except TimeoutError:
        pass
    pending = len(links)
    assert pending <= 2 * os.cpu_count() + 4
    for link in links:
        link.close()
    for _ in range(len(phones) - pending):
        resumed.accept().client.close()


def test_repeated_wakes_of_one_phone_come_later_each_time(process, resumed, log):
    """They are forgotten when a second passes without one, so a busy machine may need several turns."""
    phone = process.park([process.watch(log)])
    told = []
    for _ in range(100):
        started = time.monotonic()
        append(log)
        back = resumed.accept()
        told.append(back.history[1])
        assert back.at - started >= told[-1] / 1000 - 0.001
        if told[-3:] == [0, 10, 60]:
            break
        assert process.prepare(back.client, [process.watch(log)], history=back.history) == eas_ping.READY
        process.commit(back.client)
        time.sleep(0.02 if told[-2:] in ([0], [0, 0], [0, 10]) or len(told) < 3 else 1.1)
    assert told[-3:] == [0, 10, 60]
    phone.close()


def test_an_event_before_the_commit_wakes_after_it(process, resumed, log):
    _phone, client = connection_pair()
    assert process.prepare(client, [process.watch(log)]) == eas_ping.READY
    append(log)
    with pytest.raises(TimeoutError):
        resumed.accept(within_seconds=0.2)
    process.commit(client)
    assert resumed.accept().reason == CHANGED


def test_a_watch_that_is_gone_is_refused(process, tmp_path):
    path = tmp_path / 'short-lived'
    path.touch()
    watch = process.watch(path)
    path.unlink()
    phone, client = connection_pair()

    def is_refused() -> bool:  # until eas-ping has read that it is gone, an event follows in any case
        kind = process.prepare(client, [watch])
        if kind == eas_ping.READY:
            process.send(eas_ping.ABORT)
        return kind == eas_ping.STALE

    assert wait_until(is_refused, LONG_SECONDS)
    client.sendall(b'still mine')
    assert phone.recv(99) == b'still mine'


def test_the_end_of_the_wait_is_answered_without_a_process(process, resumed, log):
    phone = process.park([process.watch(log)], wait_ms=300)
    assert phone.recv(999) == ANSWER
    append(log)
    with pytest.raises(TimeoutError):
        resumed.accept(within_seconds=0.3)
    phone.sendall(b'POST')
    back = resumed.accept()
    assert (back.reason, back.request) == (INPUT, b'') and back.client.recv(9) == b'POST'


def test_a_prepared_answer_gets_the_date_of_its_sending(process, log):
    before = int(time.time())
    prepared = b'HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 9\r\n\r\n\r\nDate: x'
    head, body = process.park([process.watch(log)], wait_ms=100, answer=prepared).recv(999).split(b'\r\n\r\n', 1)
    assert body == b'\r\nDate: x' and head.count(b'Date: ') == 1
    sent = parsedate_to_datetime(head.split(b'Date: ')[1].split(b'\r\n')[0].decode())
    assert before <= sent.timestamp() <= time.time()


def test_a_phone_that_sends_nothing_more_is_closed(process, log):
    phone = process.park([process.watch(log)], wait_ms=100, idle_seconds=1)
    assert phone.recv(999) == ANSWER
    assert phone.recv(999) == b''


def test_an_answer_that_closes_closes(process, log):
    phone = process.park([process.watch(log)], wait_ms=100, idle_seconds=0)
    assert phone.recv(999) == ANSWER
    assert phone.recv(999) == b''


@pytest.mark.parametrize('when', ['before', 'while'])
def test_pipelined_bytes_stay_unread_until_the_answer(process, resumed, log, when):
    phone, client = connection_pair()
    if when == 'before':
        phone.sendall(b'NEXT')
    assert process.prepare(client, [process.watch(log)], wait_ms=300) == eas_ping.READY
    process.commit(client)
    if when == 'while':
        phone.sendall(b'NEXT')
    assert phone.recv(999) == ANSWER
    back = resumed.accept()
    assert back.reason == INPUT and back.client.recv(9) == b'NEXT'


def test_bytes_that_the_process_had_read_bring_the_connection_back_after_the_answer(process, resumed, log):
    phone = process.park([process.watch(log)], wait_ms=200, input_read=True, connection=b'with input')
    assert phone.recv(999) == ANSWER
    assert resumed.accept().connection == b'with input'


@pytest.mark.parametrize('pipelined', [b'', b'NEXT'])
def test_a_client_that_has_gone_is_dropped_at_once(service, process, log, pipelined):
    phone = process.park([process.watch(log)])
    assert service.holds(process.parked)
    phone.sendall(pipelined)
    time.sleep(0.05)  # most often eas-ping knows by then that there is something to read
    phone.close()
    assert wait_until(lambda: not service.holds(process.parked), LONG_SECONDS)


def test_another_request_of_the_device_ends_its_wait(service, process, log):
    watch = process.watch(log)
    phone = process.park([watch], user='me', device='mine')
    others = [process.park([watch], user='me', device='other'), process.park([watch], user='she', device='mine')]
    second = Process(service)
    second.end_waits('me', 'mine')
    assert phone.recv(999) == ANSWER
    for other in others:
        nothing_comes(other, 0.1)
        other.close()
    second.close()


def test_parking_a_device_ends_its_earlier_wait(process, log):
    first = process.park([process.watch(log)], device='same')
    second = process.park([process.watch(log)], device='same')
    assert first.recv(999) == ANSWER
    nothing_comes(second)
    second.close()


def test_a_wait_that_is_ended_before_its_commit_ends_with_it(service, process, log):
    phone, client = connection_pair()
    assert process.prepare(client, [process.watch(log)], device='early') == eas_ping.READY
    second = Process(service)
    second.end_waits('user', 'early')
    time.sleep(0.05)
    process.commit(client)
    assert phone.recv(999) == ANSWER
    second.close()


def test_what_cannot_be_watched_is_polled(process, resumed):
    process.park(poll_seconds=1)
    started = time.monotonic()
    assert resumed.accept().reason == CHANGED
    assert time.monotonic() - started > 0.8


def test_a_process_that_refuses_leaves_the_answer_to_us(process, resumed, log):
    phone = process.park([process.watch(log)])
    append(log)
    back = resumed.accept(reply=eas_ping.REJECTED)
    assert phone.recv(999) == ANSWER
    assert phone.recv(999) == b''
    with pytest.raises(OSError):  # the process cannot answer a second time
        back.client.sendall(b'late')
        back.client.sendall(b'late')


def test_a_process_that_dies_before_it_takes_the_phone_leaves_the_answer_to_us(process, resumed, log):
    phone = process.park([process.watch(log)])
    append(log)
    resumed.accept(reply=None).client.close()
    assert phone.recv(999) == ANSWER


def test_without_a_process_it_is_tried_again(service, process, log):
    process.park([process.watch(log)])
    append(log)
    time.sleep(0.3)
    resumed = ResumeSocket(service)
    try:
        assert resumed.accept().reason == CHANGED
    finally:
        resumed.close()


def test_without_a_process_the_wait_ends_in_time(process, log):
    phone = process.park([process.watch(log)], wait_ms=1500)
    append(log)
    assert phone.recv(999) == ANSWER


def test_a_process_that_dies_while_it_parks_takes_its_phone_along(service, log):
    process = Process(service)
    phone, client = connection_pair()
    assert process.prepare(client, [process.watch(log)]) == eas_ping.READY
    client.close()
    process.close()
    assert phone.recv(999) == b''


def test_an_aborted_phone_stays_with_its_process(process, log):
    phone, client = connection_pair()
    assert process.prepare(client, [process.watch(log)]) == eas_ping.READY
    process.send(eas_ping.ABORT)
    client.sendall(b'mine')
    assert phone.recv(99) == b'mine'


@pytest.mark.parametrize('garbage', [
    b'GET / HTTP/1.0\r\n\r\n', frame(99), frame(0), frame(eas_ping.PREPARE, b'xx'), frame(eas_ping.COMMIT),
    frame(eas_ping.RESUME), frame(eas_ping.END_WAITS, b'\xff\xff\xff\xff'), struct.pack('=BBHI', 2, 2, 0, 1 << 30),
], ids=lambda value: value[:12].hex())
def test_garbage_ends_the_link_and_nothing_else(service, garbage):
    pid = service.pid()
    process = Process(service)
    process.socket.sendall(garbage)
    assert process.receive()[0] == 0
    process.close()
    assert service.pid() == pid


def test_a_frame_may_come_byte_by_byte(process):
    for byte in frame(eas_ping.LEND):
        process.socket.sendall(bytes([byte]))
        time.sleep(0.002)
    assert process.receive()[0] == eas_ping.LEND


def test_waiting_phones_are_seen_by_doveadm_who(service, process, log):
    phone = process.park([process.watch(log)], user='visible')
    assert wait_until(lambda: 'visible' in service.doveadm('who'), LONG_SECONDS)
    phone.close()
    assert wait_until(lambda: 'visible' not in service.doveadm('who'), LONG_SECONDS)


def test_the_process_title_shows_how_many_wait(service, process, log):
    def title():
        with open(f'/proc/{service.pid()}/cmdline', encoding='utf-8') as file:
            return file.read()
    phones = [process.park([process.watch(log)], device=str(i)) for i in range(3)]
    assert wait_until(lambda: '[3 waiting]' in title(), LONG_SECONDS)
    for phone in phones:
        phone.close()


def test_when_as_many_wait_as_allowed_more_are_refused(log):
    service = Service(PROGRAM, client_limit=20)
    process = Process(service)
    phones = []
    while len(phones) < 30:
        phone, client = connection_pair()
        kind = process.prepare(client, [process.watch(log)], device=str(len(phones)))
        if kind != eas_ping.READY:
            break
        process.commit(client)
        phones.append(phone)
    assert kind == eas_ping.REFUSED and 10 <= len(phones) < 20
    process.close()
    service.remove()


@pytest.mark.parametrize('command', ['reload', 'stop'])
def test_when_dovecot_stops_or_reloads_everybody_is_answered(log, command):
    service = Service(PROGRAM)
    process = Process(service)
    phones = [process.park([process.watch(log)], device=str(i)) for i in range(5)]
    service.doveadm(command)
    for phone in phones:
        assert phone.recv(999) == ANSWER
        assert phone.recv(999) == b''
    process.close()
    service.remove()
