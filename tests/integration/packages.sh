# Debian packages for ./demo and ./check, and progress while something long runs. Sourced by both (bash).
# Wants: TOP (the source tree), WORK (a directory for logs and unpacked tools), INSTALL (yes or no).

PACKAGES_BUILD="autoconf autoconf-archive automake g++ gcc libc6-dev libboost-test-dev libical-dev libicu-dev libidn2-dev
 libldap-dev libssl-dev libtool libxml2-dev make pkg-config dovecot-dev libgd-dev zlib1g-dev"
PACKAGES_RUN="dovecot-core dovecot-imapd dovecot-lmtpd dovecot-sieve ldap-utils openssl python3 python3-lxml slapd tzdata util-linux"
PACKAGES_TEST="chromium chromium-driver python3-selenium clang clang-format dovecot-fts-xapian libclang-rt-dev libwbxml2-utils khal python3-pytest python3-pytest-xdist python3-radicale
 todoman vdirsyncer"
# What Exim needs, but not Exim: its package would replace the machine's mail server.
PACKAGES_SMTP="libdb5.3 libgnutls-dane0 libgnutls30 libidn12 libidn2-0 libnsl2 libnss-wrapper libpcre2-8-0"

# Shows one moving line on a terminal, else a line every few seconds; the whole goes to the log file $1.
progress() {
	local line shown=-10
	while IFS= read -r line; do
		printf '%s\n' "$line" >>"$1"
		if [ -t 1 ]; then
			printf '\r\033[K   %.76s' "$line"
		elif [ $((SECONDS - shown)) -ge 5 ]; then
			printf '   %.100s\n' "$line"
			shown=$SECONDS
		fi
	done
	if [ -t 1 ]; then printf '\r\033[K'; fi
}

# with_progress NAME COMMAND...: runs the command; shows the end of its output if it fails.
with_progress() {
	local log=$WORK/$1.log status
	shift
	: >"$log"
	"$@" </dev/null 2>&1 | progress "$log"
	status=${PIPESTATUS[0]}
	if [ "$status" -ne 0 ]; then
		tail -n 40 "$log" >&2
		printf '%s: failed (%s); all of its output is in %s\n' "$PROGRAM" "$*" "$log" >&2
	fi
	return "$status"
}

missing_packages() {
	local package
	for package in "$@"; do
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
	done
}

# Installs those of the packages that are missing. Their services are not started: the machine may be
# somebody's, and our private instance is all that is wanted.
need_packages() {
	local missing
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	if [ "$INSTALL" = no ]; then
		printf '%s: not installed: %s\n' "$PROGRAM" "$missing" >&2
		return 1
	fi
	if [ "$(id -u)" -ne 0 ]; then
		printf '%s: not installed: %s\n   install them as root: apt-get install %s\n' "$PROGRAM" "$missing" "$missing" >&2
		return 1
	fi
	printf '== Installing %d packages\n' "$(printf '%s' "$missing" | wc -w)"
	export DEBIAN_FRONTEND=noninteractive
	with_progress apt-update apt-get update || return 1
	if [ -e /usr/sbin/policy-rc.d ]; then
		with_progress apt-install apt-get install -y --no-install-recommends $missing
	else
		# The file tells dpkg's scripts to start nothing; it is ours and goes again.
		trap 'rm -f /usr/sbin/policy-rc.d' EXIT
		printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
		chmod 755 /usr/sbin/policy-rc.d
		local status=0
		with_progress apt-install apt-get install -y --no-install-recommends $missing || status=$?
		rm -f /usr/sbin/policy-rc.d
		trap - EXIT
		return "$status"
	fi
}

# need_unpacked PROGRAM PACKAGE: unpacks a server's program to $WORK/tools, unless the system has one: its package would
# start it.
need_unpacked() {
	[ ! -x "/usr/sbin/$1" ] && [ ! -x "$WORK/tools/usr/sbin/$1" ] || return 0
	if [ "$INSTALL" = no ]; then
		printf '%s: there is no %s, neither installed nor unpacked in %s/tools\n' "$PROGRAM" "$1" "$WORK" >&2
		return 1
	fi
	printf '== Fetching %s (it is unpacked, not installed)\n' "$2"
	local fetched=$WORK/fetched
	rm -rf "$fetched" && mkdir -p "$fetched" && chmod 777 "$fetched" || return 1
	(cd "$fetched" && with_progress apt-download apt-get download "$2") &&
		dpkg -x "$fetched/$2"_*.deb "$WORK/tools" && rm -rf "$fetched"
}

need_smtp_server() { need_unpacked exim4 exim4-daemon-light; }
# Its tests are left out without it.
need_web_server() { need_unpacked nginx nginx; }

# build DIRECTORY [configure's options]: configures if need be and makes everything.
build() {
	local directory=$1
	shift
	mkdir -p "$directory"
	if [ ! -x "$TOP/configure" ]; then
		printf '== Making configure\n'
		with_progress autogen "$TOP/autogen.sh" || return 1
	fi
	if [ ! -e "$directory/Makefile" ]; then
		printf '== Configuring\n'
		if command -v ccache >/dev/null; then
			set -- CC='ccache gcc' CXX='ccache g++' "$@"
		fi
		(cd "$directory" && with_progress configure "$TOP/configure" "$@") || return 1
	fi
	# Where ccache is there: what another checkout has compiled is the same here.
	export CCACHE_BASEDIR=$TOP CCACHE_NOHASHDIR=1
	printf '== Building (%d s so far)\n' "$SECONDS"
	with_progress "build-$(basename "$directory")" make -C "$directory" -j2 || return 1
}
