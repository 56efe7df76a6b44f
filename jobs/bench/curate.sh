#!/usr/bin/env bash
# Times measuring of photos: only decoding with OpenCV, everything that curate measures, and the same
# measurements in Python (Pillow, NumPy, SciPy, OpenCV, one process a core), in alternation.
#
#   jobs/bench/curate.sh [--rounds N] [--photos N] [--parts]
#   jobs/bench/curate.sh --stage [N]
#
# --parts also prints what each measurement takes. --stage times the whole stage instead, Spark and tables
# included, on N (300) and 3 N photos.
# Rates are photos for each second of processor time, so photos per second per core.
# The Python is the one that PYTHON names, or that of a virtual
# environment in .venv-curate that this makes from jobs/requirements-curate.txt.
set -euo pipefail
cd "$(dirname "$0")/../.."
. jobs/tools.sh

if [ "${1:-}" = --stage ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  run_java io.atelier.bench.CurateStageBench "$work" "${2:-300}"
  exit
fi

python="${PYTHON:-.venv-curate/bin/python}"
if [ "$python" = .venv-curate/bin/python ] && [ ! -x "$python" ]; then
  python3 -m venv .venv-curate
  .venv-curate/bin/pip install --quiet --requirement jobs/requirements-curate.txt
fi
run_java io.atelier.bench.CurateBench --python "$python" "$@"
