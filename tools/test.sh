#!/bin/sh
# npm test: all set-up, then every test. Pure rooms run in one process; the others each in their own.
set -eu
cd -- "$(dirname -- "$0")/.."
sh tools/setup.sh
sh tools/setup-debian.sh
exec node_modules/.bin/node tools/test.ts "$@"
