"""How often pykan's first recipe, by the commands of kan, ends at the formula behind a table: exp(sin(pi x1) + x2^2) with 4 to 8 hidden nodes, and seven
other functions with 5, each on 20 tables with 20 seeds.

python3 benchmarks/recipe.py KAN.dll [NAME, part of a function]
"""
import concurrent.futures
import json
import math
import os
import random
import subprocess
import sys
import tempfile

ROWS, SEEDS, FOUND = 1000, range(1, 21), 1e-6
CASES = [("exp(sin(pi x1) + x2^2)", lambda x, y: math.exp(math.sin(math.pi * x) + y * y), range(4, 9))] + [(name, law, [5]) for name, law in [
    ("sqrt(1.5 + sin(pi x1) + x2^2)", lambda x, y: math.sqrt(1.5 + math.sin(math.pi * x) + y * y)),
    ("2exp(-0.8sin(4x1) - x2^2) + 0.5", lambda x, y: 2 * math.exp(-0.8 * math.sin(4 * x) - y * y) + 0.5),
    ("tanh(sin(3x1) + x2^3)", lambda x, y: math.tanh(math.sin(3 * x) + y ** 3)),
    ("log(2 + sin(2.5x1) + x2^2)", lambda x, y: math.log(2 + math.sin(2.5 * x) + y * y)),
    ("cos(exp(x1) + x2^2)", lambda x, y: math.cos(math.exp(x) + y * y)),
    ("exp(-(x1 - 0.5sin(3x2))^2)", lambda x, y: math.exp(-(x - 0.5 * math.sin(3 * y)) ** 2)),
    ("1/(1.5 + sin(3x1) + x2^2)", lambda x, y: 1 / (1.5 + math.sin(3 * x) + y * y)),
]]


def table(path, law, seed):
    draw = random.Random(seed)
    with open(path, "w") as file:
        file.write("x1,x2,y\n")
        for _ in range(ROWS):
            x, y = draw.uniform(-1, 1), draw.uniform(-1, 1)
            file.write(f"{x!r},{y!r},{law(x, y)!r}\n")


def test_error(program, law, width, seed):
    """RMSE of the formula on rows of its own; infinite where a command fails."""
    with tempfile.TemporaryDirectory() as folder:
        rows, others = os.path.join(folder, "rows.csv"), os.path.join(folder, "test.csv")
        table(rows, law, seed)
        table(others, law, seed + 1000)
        models = iter(os.path.join(folder, f"{n}.kan") for n in range(9))
        last = None

        def kan(verb, *arguments, out=True):
            nonlocal last
            command = ["dotnet", program, verb, *arguments, "--json"]
            if out:
                last = next(models)
                command += ["--out", last]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                raise RuntimeError(done.stdout + done.stderr)
            return json.loads(done.stdout)

        def fit(*arguments):
            return kan("fit", rows, "--target", "y", "--steps", "50", *arguments)

        try:
            fit("--width", f"2,{width},1", "--grid", "3", "--lamb", "0.001", "--seed", str(seed))
            kan("prune", last, "--data", rows)
            fit("--init", last, "--lamb", "0")
            kan("refine", last, "--grid", "10")
            fit("--init", last, "--lamb", "0")
            kan("symbolic", last, "--data", rows)
            fit("--init", last, "--lamb", "0")
            return kan("evaluate", last, others, out=False)["test_rmse"]
        except RuntimeError as error:
            print(error, file=sys.stderr)
            return math.inf


def main():
    program, part = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        for name, law, widths in CASES:
            for width in widths if part in name else []:
                errors = sorted(workers.map(lambda seed: test_error(program, law, width, seed), SEEDS))
                found = sum(error < FOUND for error in errors)
                print(f"{name:32s} 2,{width},1  {found} of {len(errors)}, median error {errors[len(errors) // 2]:.1e}, worst {errors[-1]:.1e}", flush=True)


main()
