#!/usr/bin/env bash
# Times one denoising step of a random FLUX of about 60 million parameters on this machine's CPU.
#
#   jobs/bench/denoise.sh [--with-diffusers] [--threads N] [--rounds N]
#
# Where there is a Python with torch and diffusers (.venv/bin/python, or the one PYTHON names), it runs
# the same step beside ours, in alternation, and prints the ratio. --with-diffusers makes a virtual
# environment in .venv from jobs/bench/requirements.txt (several GB) where there is none.
set -euo pipefail
cd "$(dirname "$0")/../.."

python="${PYTHON:-}"
arguments=()
[ -n "$python" ] || [ ! -x .venv/bin/python ] || python=.venv/bin/python
while [ $# -gt 0 ]; do
  case "$1" in
    --with-diffusers) python="${PYTHON:-.venv/bin/python}" ;;
    *) arguments+=("$1") ;;
  esac
  shift
done

if [ "$python" = .venv/bin/python ] && [ ! -x "$python" ]; then
  python3 -m venv .venv
  .venv/bin/pip install --quiet --requirement jobs/bench/requirements.txt
fi

mvn --batch-mode --quiet ${MAVEN_ARGS:-} test-compile
mvn --batch-mode --quiet ${MAVEN_ARGS:-} dependency:build-classpath \
  -Dmdep.includeScope=test -Dmdep.outputFile=target/bench.classpath
exec java -Xmx2g -XX:+UseParallelGC \
  -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dorg.bytedeco.javacpp.maxBytes=0 \
  -Dorg.bytedeco.openblas.load=mkl_rt \
  -cp "target/test-classes:target/classes:$(cat target/bench.classpath)" \
  io.atelier.bench.DenoiseBench ${python:+--python "$python"} ${arguments[@]+"${arguments[@]}"}
