"""Calendars from outside: files, Radicale, vdirsyncer, khal and todoman, as users run them.

files.py makes and reads iCalendar files, items.py what a phone has, radicale.py serves a directory by CalDAV, programs.py runs the others.
"""
from .files import Fact, Files, event, facts_of, task
from .items import event_properties, fact_of, task_properties
from .programs import Programs
from .radicale import CalDav, Radicale

__all__ = ['CalDav', 'Fact', 'Files', 'Programs', 'Radicale', 'event', 'event_properties', 'fact_of', 'facts_of', 'task',
           'task_properties']
