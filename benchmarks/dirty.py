"""Runs 'kan fit' and 'kan discover' with their defaults on tables with what real tables have: irrelevant, correlated and repeated columns, copied rows, outliers, dates, classes.

python3 benchmarks/dirty.py KAN.dll [TABLE,TABLE...] [SEED]
"""
import csv
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time

YEAR = 365 * 86400


def hello(a, b):
    return math.exp(math.sin(math.pi * a) + b * b)


def tables(seed):
    """Name: options, column names, a function that draws a row, number of rows. Each table has numbers of its own."""
    r = random.Random(seed)
    u, noise = lambda: r.uniform(-1, 1), lambda deviation: r.gauss(0, deviation)
    date = lambda: 1.7e9 + r.randrange(YEAR)

    def irrelevant(x): return x + [x[0] * x[1] + x[2] ** 2 + noise(0.05)]
    def wide(x): return x + [3 * x[7] - 2 * x[42] + x[99] ** 2 + noise(0.1)]
    def correlated(a): return [a, a + noise(0.05), a + noise(0.05)]
    def outlier(a, b): return [a, b, hello(a, b) + (140 * r.choice([-1, 1]) if r.random() < 0.01 else 0)]

    sixty = [[a, b, hello(a, b) + noise(0.05)] for a, b in ((u(), u()) for _ in range(60))]
    outliers = [outlier(u(), u()) for _ in range(1000)]
    return {
        "irrelevant": ([], [f"x{i}" for i in range(1, 10)], [irrelevant([u() for _ in range(9)]) for _ in range(600)]),
        "correlated": ([], ["a", "b", "c"], [[*x, math.sin(3 * x[0]) + x[1] ** 2 + noise(0.02)] for x in (correlated(u()) for _ in range(500))]),
        "same column": ([], ["a", "a2", "b"], [[a, a, b, 2 * a + b * b] for a, b in ((u(), u()) for _ in range(300))]),
        "copied rows": ([], ["x1", "x2"], 10 * sixty),
        "the sixty alone": ([], ["x1", "x2"], sixty),
        "outliers": ([], ["x1", "x2"], outliers),
        "outliers, huber": (["--loss", "huber"], ["x1", "x2"], outliers),
        "50 rows": ([], ["x1", "x2"], [[a, b, hello(a, b)] for a, b in ((u(), u()) for _ in range(50))]),
        "200 columns": ([], [f"c{i}" for i in range(200)], [wide([u() for _ in range(200)]) for _ in range(300)]),
        "dates": ([], ["t", "x"], [[t, x, 2 + 3e-8 * (t - 1.7e9) + x * x + noise(0.01)] for t, x in ((date(), u()) for _ in range(400))]),
        "season": ([], ["t", "x"], [[t, x, math.sin(2 * math.pi * (t - 1.7e9) / YEAR) + x + noise(0.01)] for t, x in ((date(), u()) for _ in range(400))]),
        "0 and 1": ([], ["z", "x"], [[z, x, 2 * x if z else x * x] for z, x in ((r.randrange(2), u()) for _ in range(400))]),
        "target of 0 and 1": ([], ["z", "x"], [[z, x, int(x + z / 2 > 0.2)] for z, x in ((r.randrange(2), u()) for _ in range(400))]),
        "constant column": ([], ["k", "x"], [[3, x, x ** 3] for x in (u() for _ in range(200))]),
        "constant target": ([], ["x"], [[u(), 7] for _ in range(200)]),
        "6 rows": ([], ["x"], [[x, x * x] for x in (u() for _ in range(6))]),
    }


def run(kan, verb, options):
    """What the command tells as JSON, and its time; a command that fails tells an error."""
    start = time.monotonic()
    done = subprocess.run(["dotnet", kan, verb, *options, "--json"], capture_output=True, text=True)
    return json.loads(done.stdout), time.monotonic() - start


def main():
    kan = sys.argv[1]
    known = tables(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    print("| table | `kan fit` | s | `kan discover` | s |\n|---|---|---|---|---|")
    said = []
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[2].split(",") if len(sys.argv) > 2 else known:
            options, inputs, rows = known[name]
            path = os.path.join(folder, "table.csv")
            with open(path, "w") as file:
                csv.writer(file, lineterminator="\n").writerows([[*inputs, "y"], *rows])
            fit, fit_seconds = run(kan, "fit", [path, "--target", "y", *options, "--out", os.path.join(folder, "m.kan")])
            found, seconds = run(kan, "discover", [path, "--target", "y", *options, "--time-limit", "30", "--out-dir", os.path.join(folder, "found")])
            good = "refused" if "error" in fit else f"{fit['shape']}, R² {fit['r2']:.9g}" + (f", median error {fit['test_median_error']:.2g}" if fit.get("test_median_error") else "")
            formula = "refused" if "error" in found else f"`{found['formula']}`, R² {found['r2']:.9g}"
            print(f"| {name} | {good} | {fit_seconds:.1f} | {formula} | {seconds:.1f} |", flush=True)
            for verb, told in (("fit", fit), ("discover", found)):
                said += [f"{name}, {verb}: {word}" for word in ([told["error"]] if "error" in told else told.get("warnings", []))]
    print("\n" + "\n".join(said))


main()
