#!/usr/bin/env bash
# Times one LoRA training step (forward, backward, clip, AdamW) of a random FLUX of about 60 million
# parameters on this machine's CPU, beside diffusers + PEFT: same weights, adapter, photos, noise and
# threads, in alternation. Prints the ratio of times and how far losses and adapters are apart.
#
#   jobs/bench/train.sh [--threads N] [--rounds N] [--latent-side N] [--precision float32,bfloat16]
#                       [--checkpointing false,true]
#   jobs/bench/train.sh --fan-out
#
# With --fan-out it times instead how fast two Spark workers train people against one, beside what the
# cores allow, and prints how often the base model was loaded; that needs no Python.
#
# Uses the Python that PYTHON names, otherwise makes a virtual environment in .venv from
# jobs/requirements.txt (several GB).
set -euo pipefail
cd "$(dirname "$0")/../.."
. jobs/tools.sh

if [ "${1:-}" = --fan-out ]; then
  rm -rf target/fan-out-bench
  OMP_NUM_THREADS=1 run_java io.atelier.bench.FanoutBench target/fan-out-bench
  exit
fi
need_python
run_java io.atelier.bench.TrainBench --python "$python" --folder target/train-bench "$@"
