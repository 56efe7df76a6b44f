#!/usr/bin/env bash
# Trains the same adapter for the same fixed steps in ours and in diffusers + PEFT and prints both
# loss curves step by step, how far losses and adapters are apart, and the ratio of times. Draws both
# curves to target/interop/curves-<precision>.png.
#
#   jobs/interop/train_beside_diffusers.sh [--rounds N] [--checkpoint FOLDER] [--precision P,...]
#
# The checkpoint is models/atelier-random unless given. Uses the Python that PYTHON names, otherwise
# makes a virtual environment in .venv from jobs/requirements.txt (several GB).
set -euo pipefail
cd "$(dirname "$0")/../.."
. jobs/tools.sh

need_python
rm -rf target/interop
run_java io.atelier.bench.TrainBench --python "$python" --folder target/interop --curves \
  --checkpoint models/atelier-random --latent-side 16 --rounds 97 "$@"
for curves in target/interop/curves-*.csv; do
  "$python" jobs/interop/draw_curves.py "$curves" "${curves%.csv}.png"
done
