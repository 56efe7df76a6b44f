"""Draws two loss curves and their difference: draw_curves.py <curves.csv of TrainBench> <picture.png>"""

import csv
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot


def main():
    with open(sys.argv[1]) as file:
        rows = list(csv.DictReader(file))
    steps = [int(row["step"]) for row in rows]
    ours = [float(row["atelier"]) for row in rows]
    theirs = [float(row["diffusers"]) for row in rows]
    figure, (above, below) = pyplot.subplots(
        2, 1, sharex=True, figsize=(8, 6), height_ratios=[2, 1], layout="constrained"
    )
    above.plot(steps, theirs, color="tab:orange", linewidth=4, alpha=0.5, label="diffusers + PEFT")
    above.plot(steps, ours, color="tab:blue", linewidth=1, label="atelier")
    above.set_ylabel("loss")
    above.legend()
    difference = [max(abs(a - b) / b, 1e-9) for a, b in zip(ours, theirs)]
    below.semilogy(steps, difference, ".", color="tab:gray")
    below.set_ylabel("relative difference")
    below.set_xlabel("step")
    figure.savefig(sys.argv[2], dpi=100)
    print(sys.argv[2])


main()
