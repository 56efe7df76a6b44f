#!/usr/bin/env bash
# Makes the tiny image-to-text models that the tests of the ONNX captioner read, exports them and
# records what transformers generates with them, all below src/test/resources/captioners.
#
#   jobs/interop/record_captioners.sh
#
# Uses the Python that PYTHON names, otherwise makes a virtual environment in .venv-onnx from
# jobs/requirements-onnx.txt (several GB).
set -euo pipefail
cd "$(dirname "$0")/../.."

python="${PYTHON:-.venv-onnx/bin/python}"
if [ "$python" = .venv-onnx/bin/python ] && [ ! -x "$python" ]; then
  python3 -m venv .venv-onnx
  .venv-onnx/bin/pip install --quiet --requirement jobs/requirements-onnx.txt
fi
OMP_NUM_THREADS=1 "$python" jobs/interop/record_captioners.py src/test/resources/captioners
