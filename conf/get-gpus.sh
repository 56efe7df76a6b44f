#!/usr/bin/env bash
# Tells Spark which GPUs this machine has: one JSON line, {"name": "gpu", "addresses": ["0","1"]}.
# Spark runs it on every worker; it must be executable there.
set -euo pipefail

addresses="$(nvidia-smi --query-gpu=index --format=csv,noheader | sed 's/.*/"&"/' | paste -sd, -)"
printf '{"name": "gpu", "addresses": [%s]}\n' "$addresses"
