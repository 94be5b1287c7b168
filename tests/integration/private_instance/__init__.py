"""A private mail system on loopback: Dovecot with EAS, an SMTP server, a directory. Nothing of the machine's
own mail system is read or changed. ./demo starts one, the integration tests start some.
"""
from .instance import Instance, Options, StartError

__all__ = ['Instance', 'Options', 'StartError']
