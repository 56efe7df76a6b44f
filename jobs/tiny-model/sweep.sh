#!/usr/bin/env bash
# Measures recipes for adapters of a checkpoint of the drawn world and prints a table, as Markdown:
# one evaluation each of the same unseen people and the same prompts. Goes on where it was.
#
#   jobs/tiny-model/sweep.sh [CHECKPOINT-FOLDER [WORK-FOLDER [PEOPLE]]]
#
# RECIPES, one a line "rank steps rate targets", replaces the ones below.
set -euo pipefail
cd "$(dirname "$0")/../.."
checkpoint="${1:-models/atelier-tiny}"
work="${2:-target/sweep}"
people="${3:-4}"
recipes="${RECIPES:-4 300 1e-3 attention
8 300 1e-3 diffusers
16 200 1e-3 diffusers
16 300 1e-3 diffusers
16 300 2e-3 diffusers
16 300 1e-3 all-blocks}"

echo '| rank | steps | rate | targets | recognised | without | likeness | prompt followed | without | seconds |'
echo '|---|---|---|---|---|---|---|---|---|---|'
while read -r rank steps rate targets; do
  out="$work/rank$rank-steps$steps-rate$rate-$targets"
  ./atelier evaluate --checkpoint "$checkpoint" --out "$out" --adapters "$people" --prompts 24 \
    --set "train.rank=$rank" --set "train.alpha=$rank" --set "train.steps=$steps" \
    --set "train.learning_rate=$rate" --set "train.targets=$targets" > /dev/null < /dev/null
  awk -v recipe="| $rank | $steps | $rate | $targets |" '
    /"(rank1|baseRank1|likeness|followed|baseFollowed|trainSeconds)"/ {
      gsub(/[",:]/, ""); sum[$1] += $2; count[$1]++
    }
    END {
      printf "%s %.0f %% | %.0f %% | %.3f | %.0f %% | %.0f %% | %.0f |\n", recipe,
        100 * sum["rank1"] / count["rank1"], 100 * sum["baseRank1"] / count["baseRank1"],
        sum["likeness"] / count["likeness"],
        100 * sum["followed"] / count["followed"],
        100 * sum["baseFollowed"] / count["baseFollowed"],
        sum["trainSeconds"] / count["trainSeconds"]
    }' "$out/evaluation.json"
done <<< "$recipes"
