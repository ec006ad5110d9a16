"""What pykan does on functions with a break, and on batches of rows that are sorted; docs/robustness.md holds ours beside it.

python3 benchmarks/pykan_cases.py [FOLDER OF PYKAN, where it is no installed package]
"""
import contextlib
import io
import os
import sys
import time
import warnings

import numpy as np
import torch

sys.path[:0] = sys.argv[1:2]
from kan import KAN  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def table(path):
    """All columns but the last, and the last."""
    rows = np.loadtxt(os.path.join(ROOT, path), delimiter=",", skiprows=1)
    return rows[:, :-1], rows[:, -1:]


def fit(model, training, test, **options):
    """Trains without a word; the seconds."""
    dataset = dict(zip(("train_input", "train_label", "test_input", "test_label"), map(torch.tensor, (*training, *test))))
    start = time.monotonic()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        model.fit(dataset, **options)
    return time.monotonic() - start


def rmse(model, x, y):
    with torch.no_grad():
        return float(torch.mean((model(torch.tensor(x)) - torch.tensor(y)) ** 2)) ** 0.5


def breaks():
    print("| function | order | intervals | seconds | test RMSE |\n|---|---|---|---|---|")
    for order, intervals in ((1, 100), (3, 5)):
        for name in ("a-step", "b-kink", "c-flatsine"):
            training, test = (table(f"tests/KanSharp.Tests/Reference/seed-cases/{name}-{part}.csv") for part in ("train", "test"))
            model = KAN(width=[1, 1], grid=intervals, k=order, seed=1, auto_save=False)
            seconds = fit(model, training, test, opt="LBFGS", steps=100)
            print(f"| {name} | {order} | {intervals} | {seconds:.1f} | {rmse(model, *test):.2g} |", flush=True)


def batch_choice(order, seed, rows, choice=np.random.choice):
    """numpy.random.choice, by which pykan draws the rows of each batch and then as many test rows, so that it gives the next rows in their order, or slices of them in an order drawn anew for each pass."""
    calls, passes, random = [0], [], np.random.RandomState(seed)

    def next_rows(_, size, replace=False):
        batch, in_pass = calls[0] // 2, rows // size
        calls[0] += 1
        if batch // in_pass == len(passes):
            passes.append(np.arange(in_pass) if order == "in order" else random.permutation(in_pass))
        return passes[batch // in_pass][batch % in_pass] * size + np.arange(size)

    return choice if order == "drawn from all rows" else next_rows


def sorted_batches():
    x, y = table("samples/hello.csv")
    by_x1 = np.argsort(x[:, 0], kind="stable")
    x, y = x[by_x1], y[by_x1]
    print("\n| training | batches | seed | width of the grid of x1, of 2 | largest rise of the RMSE on all rows in a grid update | RMSE at the end |\n|---|---|---|---|---|---|")
    choice = np.random.choice
    for options, order in (({"opt": "Adam", "lr": 0.01, "steps": 400, "batch": 50}, "in order"), ({"opt": "Adam", "lr": 0.01, "steps": 400, "batch": 50}, "slices, order drawn"),
                           ({"opt": "Adam", "lr": 0.01, "steps": 400, "batch": 50}, "drawn from all rows"), ({"opt": "LBFGS", "steps": 50, "batch": 100}, "in order")):
        for seed in (1, 2, 3):
            model = KAN(width=[2, 5, 1], grid=5, k=3, seed=seed, auto_save=False)
            updates, update = [], model.update_grid

            def watched(batch):
                before = rmse(model, x, y)
                update(batch)
                knots = model.act_fun[0].grid[0]
                updates.append((rmse(model, x, y) / before - 1, float(knots[-4] - knots[3])))

            model.update_grid = watched
            np.random.choice = batch_choice(order, seed, len(x))
            fit(model, (x, y), (x, y), **options)
            np.random.choice = choice
            print(f"| {options['opt']} | {order} | {seed} | {max(width for _, width in updates):.2f} | {100 * max(rise for rise, _ in updates):.0f} % | {rmse(model, x, y):.3f} |", flush=True)


breaks()
sorted_batches()
