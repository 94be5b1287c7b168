"""What the metrics that doc/prometheus defines say of real requests and waits."""
from __future__ import annotations

import json
import pathlib
import re
import time
import urllib.request

import pytest

from accounts import Account, make_message
from conftest import start_instance, stop_instance
from private_instance.processes import free_ports

# Of the OpenMetrics text format: one wrong line, and Prometheus takes none of them.
LINE = re.compile(r'[a-z_]+(\{(\w+="[^"]*",?)+\})? [0-9.eE+-]+')
DOCUMENTS = pathlib.Path(__file__).parents[2] / 'doc' / 'prometheus'


@pytest.fixture(name='measured', scope='module')
def fixture_measured():
    """An account of an instance with those metrics, and their URL."""
    port = free_ports(1)[0]
    text = (DOCUMENTS / '90-metrics.conf').read_text(encoding='utf-8')
    instance = start_instance(extra=text.replace('port = 9900', f'port = {port}'))
    account = Account(instance, instance.take_user())
    yield account, f'http://127.0.0.1:{port}/metrics'
    account.close()
    stop_instance(instance)


def scrape(url: str) -> dict[str, float]:
    with urllib.request.urlopen(url, timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    for line in lines:
        assert line.startswith('# ') or LINE.fullmatch(line), line
    return {name: float(value) for name, _, value in (line.rpartition(' ') for line in lines if line and line[0] != '#')}


def eventually(url: str, name: str, least: float) -> dict[str, float]:
    """The metrics, once one of them has come that far: events reach the stats process on their own way."""
    deadline = time.monotonic() + 60
    while (found := scrape(url)).get(name, 0) < least:
        assert time.monotonic() < deadline, (name, found)
        time.sleep(0.2)
    return found


def test_requests_are_counted_by_command_and_status(measured):
    account, url = measured
    device = account.phone()
    device.sync_all(device.inbox())
    account.client(password='wrong').options().expect(401)  # not ours to count: it never came to a process of ours
    found = eventually(url, 'dovecot_eas_requests_total{cmd="Sync",status="200"}', 2)
    assert found['dovecot_eas_requests_total{cmd="FolderSync",status="200"}'] == 1
    assert found['dovecot_eas_requests_duration_seconds_total{cmd="Sync",status="200"}'] > 0
    assert found['dovecot_eas_requests_by_version_total{protocol_version="14.1"}'] >= 3
    assert any(name.startswith('dovecot_eas_request_duration') and 'le=' in name for name in found)


def test_bytes_are_counted_for_doveadm(measured):
    account, url = measured
    account.phone(device_id='counted')
    eventually(url, 'dovecot_eas_transfer_total', 1)
    names, *rows = [line.split('\t') for line in account.instance.dovecot.doveadm(
        '-f', 'tab', 'stats', 'dump').splitlines()]
    sums = {row['field']: float(row['sum']) for row in (dict(zip(names, row)) for row in rows)
            if row['metric_name'] == 'eas_transfer'}
    assert sums['net_in_bytes'] > 0 and sums['net_out_bytes'] > 0
    assert sums['duration'] >= sums['running_usecs'] > 0


def test_waits_are_counted_and_why_they_ended(measured):
    account, url = measured
    device = account.phone(device_id='waiting')
    device.sync_all(device.inbox())
    with account.parking(device):
        device.start_ping(600, [device.inbox()])
    before = eventually(url, 'dovecot_eas_waits_started_total', 1)
    assert before.get('dovecot_eas_waits_finished_total', 0) == 0
    account.append(make_message('Wakes'))
    assert device.client.receive().expect().get('Status') == '2'
    found = eventually(url, 'dovecot_eas_waits_by_end_total{reason="changed"}', 1)
    assert found['dovecot_eas_waits_finished_total'] == found['dovecot_eas_waits_started_total']


def test_the_dashboard_asks_for_metrics_that_there_are(measured):
    _, url = measured
    known = {re.sub(r'\{.*', '', name) for name in eventually(url, 'dovecot_eas_waits_finished_total', 1)}
    dashboard = json.loads((DOCUMENTS / 'grafana-dashboard.json').read_text(encoding='utf-8'))
    asked = {name for panel in dashboard['panels'] for target in panel.get('targets', [])
             for name in re.findall(r'\bdovecot_\w+', target['expr'])}
    assert asked and asked <= known, asked - known
