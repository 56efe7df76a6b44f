#!/usr/bin/env bash
# Trains models/atelier-tiny from nothing: draws the pictures, trains the autoencoder, the text
# encoders and the transformer, and writes the checkpoint; then the network that judges its pictures,
# which goes beside it as CHECKPOINT-FOLDER-identity. Takes hours on two cores; a build that was
# stopped goes on where it was, with the same code: a work folder belongs to one version of it. Loss
# curves and sample sheets are in the work folder.
#
#   jobs/tiny-model/build.sh [WORK-FOLDER [CHECKPOINT-FOLDER]]
set -euo pipefail
cd "$(dirname "$0")/../.."
out="${2:-models/atelier-tiny}"
./atelier pretrain --work "${1:-target/tiny-model}" --out "$out"
# The recipe, and how photos are described, do not come out of a training.
[ -e "$out/atelier.yaml" ] || cp models/atelier-tiny/atelier.yaml "$out/"
[ -e "$out-identity/tags.yaml" ] ||
  cp models/atelier-tiny-identity/{tags.yaml,preprocessor_config.json} "$out-identity/"
