#!/bin/sh
# Starts a server or a node in a container: what is secret comes from files, and goes into the environment of this process alone,
# which no work sees, and into the state directory. SECRETS_DIR, POSTGRES_HOST and REDIS_HOST may say where things are.
set -eu

secrets=${SECRETS_DIR:-/run/secrets}
program=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)/dist/main.js

if [ -r "$secrets/postgres_password" ]; then
  TASKMESH_DATABASE__URL="postgresql://taskmesh:$(cat "$secrets/postgres_password")@${POSTGRES_HOST:-postgres:5432}/taskmesh"
  export TASKMESH_DATABASE__URL
fi
if [ -r "$secrets/redis_password" ]; then
  TASKMESH_CLUSTER__BACKEND="redis://:$(cat "$secrets/redis_password")@${REDIS_HOST:-redis:6379}"
  export TASKMESH_CLUSTER__BACKEND
fi
if [ -r "$secrets/taskmesh_token" ]; then
  # all servers take the same token
  (umask 077 && mkdir -p "$TASKMESH_STATE_DIR" && cat "$secrets/taskmesh_token" >"$TASKMESH_STATE_DIR/token")
fi

exec node --max-semi-space-size=32 "$program" "$@"
