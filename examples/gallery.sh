#!/bin/sh
# Redraw the pictures of README.md, as a docs build would: what has not changed is left alone, and
# the exit code says how it went. Options go to `gradplot batch`: --check draws nothing.
set -eu
cd "$(dirname "$0")"
exec gradplot batch gallery.toml "$@"
