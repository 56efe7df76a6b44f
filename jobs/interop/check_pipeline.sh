#!/usr/bin/env bash
# Checks that diffusers opens a checkpoint of ours without a complaint and makes the pictures that we
# make. FluxPipeline.from_pretrained loads it; tokens, encoders, autoencoder, transformer and whole
# generations are recorded as cases; our own code replays them.
#
#   jobs/interop/check_pipeline.sh [CHECKPOINT [CASES]]
#
# The checkpoint is models/atelier-tiny unless given, the cases are written beside it, in its folder
# cases/. Uses the Python that PYTHON names, otherwise makes a virtual environment in .venv from
# jobs/requirements.txt (several GB).
set -euo pipefail
cd "$(dirname "$0")/../.."
. jobs/tools.sh

checkpoint="${1:-models/atelier-tiny}"
cases="${2:-$checkpoint/cases}"
need_python
"$python" jobs/interop/check_pipeline.py "$checkpoint" "$cases"
./atelier verify --checkpoint "$checkpoint" --cases "$cases"
