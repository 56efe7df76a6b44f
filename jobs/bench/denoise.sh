#!/usr/bin/env bash
# Times one denoising step of a random FLUX of about 60 million parameters on this machine's CPU.
#
#   jobs/bench/denoise.sh [--with-diffusers] [--threads N] [--rounds N]
#
# Where there is a Python with torch and diffusers (.venv/bin/python, or the one PYTHON names), it runs
# the same step beside ours, in alternation, and prints the ratio. --with-diffusers makes a virtual
# environment in .venv from jobs/requirements.txt (several GB) where there is none.
set -euo pipefail
cd "$(dirname "$0")/../.."
. jobs/tools.sh

python="${PYTHON:-}"
arguments=()
[ -n "$python" ] || [ ! -x .venv/bin/python ] || python=.venv/bin/python
while [ $# -gt 0 ]; do
  case "$1" in
    --with-diffusers) need_python ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
run_java io.atelier.bench.DenoiseBench \
  ${python:+--python "$python"} ${arguments[@]+"${arguments[@]}"}
