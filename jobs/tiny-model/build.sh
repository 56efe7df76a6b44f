#!/usr/bin/env bash
# Trains models/atelier-tiny from nothing: draws the pictures, trains the autoencoder, the text
# encoders and the transformer, and writes the checkpoint; then the network that judges its pictures,
# which goes beside it as CHECKPOINT-FOLDER-identity. Takes hours on two cores; a build that was
# stopped goes on where it was. Loss curves and sample sheets are in the work folder.
#
#   jobs/tiny-model/build.sh [WORK-FOLDER [CHECKPOINT-FOLDER]]
set -euo pipefail
cd "$(dirname "$0")/../.."
exec ./atelier pretrain --work "${1:-target/tiny-model}" --out "${2:-models/atelier-tiny}"
