#!/bin/sh
# Writes .env beside docker-compose.yml with fresh secrets, readable by you alone. Values that are there already stay.
set -eu
cd -- "$(dirname -- "$0")/.."
umask 077
touch .env

random() { # 256 bits, in the letters of base64url
  head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'
}

for name in POSTGRES_PASSWORD REDIS_PASSWORD TASKMESH_TOKEN; do
  grep -q "^$name=" .env || printf '%s=%s\n' "$name" "$(random)" >>.env
done
