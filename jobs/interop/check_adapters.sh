#!/usr/bin/env bash
# Checks that diffusers gets from our adapters what we get. Trains adapters of several target sets,
# ranks, alphas and file types, saves them as files of diffusers and of sd-scripts (kohya), loads each
# with FluxPipeline.load_lora_weights, samples both from the same noise and prints a table. Fails if a
# file loads with a warning, or if final latents differ by more than 1e-4 of their norm or than a
# thousandth of what the adapter changes.
#
#   jobs/interop/check_adapters.sh [CHECKPOINT]
#
# The checkpoint is models/atelier-random unless given; a random one of FLUX.1's width (2 GB, removed
# at the end) serves for the files of sd-scripts. Uses the Python that PYTHON names, otherwise makes a
# virtual environment in .venv from jobs/requirements.txt (several GB).
set -euo pipefail
cd "$(dirname "$0")/../.."
. jobs/tools.sh

checkpoint="${1:-models/atelier-random}"
folder=target/check-adapters
need_python
rm -rf "$folder"
trap 'rm -rf "$folder/wide-base"' EXIT
run_java io.atelier.bench.AdapterCheck "$checkpoint" "$folder"
"$python" jobs/interop/check_adapters.py "$folder" "$checkpoint"
