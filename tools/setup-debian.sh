#!/bin/sh
# Installs the Debian packages that tests and benchmarks use as real peers. Where that is not possible it says so; the
# suites that need them are then skipped by name.
set -eu
packages='
  samba samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind python3-samba ldb-tools
  ldap-utils python3-ldapdomaindump python3-ldap3 openssl iproute2 zstd jq chromium poppler-utils python3 time
'
command -v dpkg-query >/dev/null || { echo 'not a Debian machine: tests with real peers will be skipped' >&2; exit 0; }
missing=''
for package in $packages; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
[ "$(id -u)" = 0 ] || { echo "not root, so these stay missing and their tests will be skipped:$missing" >&2; exit 0; }
echo "installing Debian packages for the tests:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Services of the packages must not start: tests start their own.
{ apt-get update && apt-get install -y --no-install-recommends -o Dpkg::Use-Pty=0 $missing; } >"$log" 2>&1 || {
  tail -20 "$log" >&2
  echo "could not install:$missing" >&2
  exit 1
}
