"""How nets that were trained on [-1, 1]² do on [-1.2, 1.2]²: with edges that go on linearly, and with edges that fall to zero as pykan's do.

python3 benchmarks/edges.py KAN.dll
"""
import csv
import json
import math
import os
import random
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
SEEDS = range(1, 11)
BEYOND, STEP = 1.1, 0.02


def hello(x1, x2):
    return math.exp(math.sin(math.pi * x1) + x2 * x2)


def by_tangents(x1, x2):
    """The same of its true curves, each going on as its tangent beyond the values that it has on [-1, 1]²."""
    def on(curve, slope, low, high, v):
        end = min(max(v, low), high)
        return curve(end) + slope(end) * (v - end)

    inner = on(lambda v: math.sin(math.pi * v), lambda v: math.pi * math.cos(math.pi * v), -1, 1, x1) + on(lambda v: v * v, lambda v: 2 * v, -1, 1, x2)
    return on(math.exp, math.exp, -1, 2, inner)


def write(path, points):
    with open(path, "w") as file:
        csv.writer(file, lineterminator="\n").writerows([["x1", "x2", "y"], *([x1, x2, hello(x1, x2)] for x1, x2 in points)])


def main():
    def kan(*arguments):
        return json.loads(subprocess.run(["dotnet", sys.argv[1], *arguments, "--json"], capture_output=True, text=True, check=True).stdout)

    r = random.Random(77)
    bends = [(r.uniform(-1, 1), side * BEYOND) for side in (-1, 1) for _ in range(200)]
    truth = sum(hello(x1, x2) * (4 * x2 * x2 + 2) for x1, x2 in bends)
    with tempfile.TemporaryDirectory() as folder:
        linear, zero, wide, triples, out = (os.path.join(folder, name) for name in ("linear.kan", "zero.kan", "wide.csv", "triples.csv", "out.csv"))
        points = [(r.uniform(-1.2, 1.2), r.uniform(-1.2, 1.2)) for _ in range(4000)]
        write(wide, points)
        print(f"The true curves by their tangents: {math.sqrt(sum((by_tangents(*point) - hello(*point)) ** 2 for point in points) / len(points)):.3f}\n")
        write(triples, ((x1, x2 + k * STEP) for x1, x2 in bends for k in (-1, 0, 1)))
        print(f"| training | error | {' | '.join(map(str, SEEDS))} | at most half |\n|---|---|{'---|' * len(SEEDS)}---|")
        for name, options in (("defaults", []), ("200 steps, no penalty", ["--steps", "200", "--lamb", "0"]), ("Levenberg-Marquardt", ["--optimizer", "lm"])):
            rows = {"linear": [], "zero": [], "curvature kept": []}
            for seed in SEEDS:
                kan("fit", os.path.join(ROOT, "samples", "hello.csv"), "--target", "y", "--width", "2,5,1", "--grid", "10", "--seed", str(seed), *options, "--out", linear)
                kan("fit", os.path.join(ROOT, "samples", "hello.csv"), "--target", "y", "--init", linear, "--steps", "0", "--range", "zero", "--out", zero)
                rows["linear"].append(kan("evaluate", linear, wide)["test_rmse"])
                rows["zero"].append(kan("evaluate", zero, wide)["test_rmse"])
                kan("predict", linear, triples, "--out", out)
                with open(out) as file:
                    values = [float(row["y"]) for row in csv.DictReader(file)]
                rows["curvature kept"].append(sum(a - 2 * b + c for a, b, c in zip(values[::3], values[1::3], values[2::3])) / STEP ** 2 / truth)
            half = sum(a <= b / 2 for a, b in zip(rows["linear"], rows["zero"]))
            for what, values in rows.items():
                print(f"| {name if what == 'linear' else ''} | {what} | {' | '.join(f'{value:.3g}' for value in values)} | {f'{half} of {len(SEEDS)}' if what == 'linear' else ''} |", flush=True)


main()
