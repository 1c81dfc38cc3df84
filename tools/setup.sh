#!/bin/sh
# Makes node_modules what package-lock.json says. Quick when there is nothing to do. Speaks on stderr only.
set -eu
cd -- "$(dirname -- "$0")/.."
stamp=node_modules/.glacis-lock
if ! cmp -s package-lock.json "$stamp" 2>/dev/null; then
  command -v npm >/dev/null || {
    echo 'glacis: npm is not installed. It is needed once, to fetch the packages that package-lock.json names. Try: apt-get install npm' >&2
    exit 1
  }
  echo 'glacis: setting up npm packages, this happens once …' >&2
  npm ci --ignore-scripts --loglevel=error >&2 || {
    echo 'glacis: npm ci failed, see above. Is the npm registry reachable from here?' >&2
    exit 1
  }
  cp package-lock.json "$stamp"
fi
if [ ! -x node_modules/.bin/node ]; then
  major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
  [ "$major" -ge 26 ] || {
    echo "glacis: no Node for this kind of machine comes with the packages, and the installed one is too old. Node 26 or newer is needed." >&2
    exit 1
  }
fi
