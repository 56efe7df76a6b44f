#!/usr/bin/env bash
# Times measuring of photos: only decoding with OpenCV, everything that curate measures, and the same
# measurements in Python (Pillow, NumPy, SciPy, OpenCV, one process a core), in alternation.
#
#   jobs/bench/curate.sh [--rounds N] [--photos N] [--parts]
#
# --parts also prints what each measurement takes.
# Rates are photos for each second of processor time, so photos per second per core.
# The Python is the one that PYTHON names, or that of a virtual
# environment in .venv-curate that this makes from jobs/requirements-curate.txt.
set -euo pipefail
cd "$(dirname "$0")/../.."
. jobs/tools.sh

python="${PYTHON:-.venv-curate/bin/python}"
if [ "$python" = .venv-curate/bin/python ] && [ ! -x "$python" ]; then
  python3 -m venv .venv-curate
  .venv-curate/bin/pip install --quiet --requirement jobs/requirements-curate.txt
fi
run_java io.atelier.bench.CurateBench --python "$python" "$@"
