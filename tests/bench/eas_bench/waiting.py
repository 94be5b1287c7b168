"""What a waiting phone costs: memory of eas-ping, and that nothing else is left of it."""
from __future__ import annotations

import argparse

from eas_client import Device
from private_instance import Instance
from private_instance.processes import StartError, wait_until

from . import phones, processes
from .figures import Table
from .instances import Workshop

TARGET_BYTES = 8192


def measure(workshop: Workshop, options: argparse.Namespace, table: Table) -> None:
    many = 'service eas-login {\n  client_limit = 5000\n}'
    with workshop.instance(users=options.phones + 1, eas_extra=many) as instance:
        devices = [_park(instance)]  # so that eas-ping runs and has done once whatever it does once
        try:
            _wait_for_the_last(instance)
            pid, = processes.named(instance, 'eas-ping')
            before = processes.private_bytes(pid)
            devices += [_park(instance) for _ in range(options.phones)]
            _wait_for_the_last(instance)
            growth = (processes.private_bytes(pid) - before) / options.phones
            table.add(f'a waiting phone: memory in eas-ping, at {options.phones} phones', growth, 'bytes', TARGET_BYTES,
                      f'{before // 1024} KB with one phone')
            table.add('processes "eas" left for them', len(processes.serving(instance, 'eas')), '', 0)
        finally:
            for device in devices:
                device.client.close()


def _park(instance: Instance) -> Device:
    """A phone of a user of its own that waits for its Inbox."""
    device = phones.phone(instance, instance.take_user())
    device.sync(device.inbox())
    device.start_ping(1800, [device.inbox()])
    return device


def _wait_for_the_last(instance: Instance) -> None:
    if not wait_until(lambda: not processes.serving(instance, 'eas'), 10):
        raise StartError('phones that wait have still a process "eas" after ten seconds')
