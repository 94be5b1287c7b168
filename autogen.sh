#!/bin/sh
# Makes configure from configure.ac. Needs autoconf, autoconf-archive, automake, libtool and dovecot-dev.
cd "$(dirname "$0")" && exec autoreconf --force --install --warnings=no-obsolete
