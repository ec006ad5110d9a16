"""Holds the defaults of 'kan fit' against regularised linear models of scikit-learn, on the same splits.

python3 benchmarks/tables.py KAN.dll [TABLE,TABLE...] [SEED,SEED...]
"""
import csv
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
from sklearn import datasets
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def load(name):
    random = np.random.default_rng(7)
    if name in ("iris", "wine", "cancer"):
        data = {"iris": datasets.load_iris, "wine": datasets.load_wine, "cancer": datasets.load_breast_cancer}[name]()
        return data.data, data.target, [str(label) for label in data.target_names]
    if name == "diabetes":
        data = datasets.load_diabetes()
        return data.data, data.target, None
    if name == "friedman":
        return *datasets.make_friedman1(400, 10, noise=1.0, random_state=3), None
    if name == "linear":
        x = random.normal(size=(300, 12))
        return x, x @ random.normal(size=12) + 3 * random.normal(size=300), None
    if name == "small":
        x = random.normal(size=(50, 6))
        return x, x[:, 0] + 0.5 * x[:, 1] ** 2 + 0.5 * random.normal(size=50), None
    if name == "wide":
        x = random.normal(size=(150, 60))
        return x, x[:, 0] - x[:, 1] + x[:, 2] + random.normal(size=150), None
    raise SystemExit(f"no table {name}")


def write(path, x, y):
    with open(path, "w") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([f"c{j}" for j in range(x.shape[1])] + ["y"])
        for row, target in zip(x, y):
            writer.writerow([repr(float(value)) for value in row] + [target if isinstance(target, str) else repr(float(target))])


def main():
    kan = sys.argv[1]
    names = (sys.argv[2] if len(sys.argv) > 2 else "iris,wine,cancer,diabetes,friedman,linear,small,wide").split(",")
    seeds = [int(seed) for seed in (sys.argv[3] if len(sys.argv) > 3 else "0,1,2").split(",")]
    with tempfile.TemporaryDirectory() as folder:
        train, test = os.path.join(folder, "train.csv"), os.path.join(folder, "test.csv")
        for name in names:
            x, y, labels = load(name)
            linear, fitted = [], []
            for seed in seeds:
                x1, x2, y1, y2 = train_test_split(x, y, test_size=0.3, random_state=seed, stratify=None if labels is None else y)
                write(train, x1, y1 if labels is None else [labels[i] for i in y1])
                write(test, x2, y2 if labels is None else [labels[i] for i in y2])
                estimator = RidgeCV(np.logspace(-3, 4, 30)) if labels is None else LogisticRegressionCV(max_iter=5000)
                linear.append(make_pipeline(StandardScaler(), estimator).fit(x1, y1).score(x2, y2))
                run = subprocess.run(["dotnet", kan, "fit", train, "--target", "y", "--test", test, "--out", os.path.join(folder, "m.kan"), "--json"],
                                     capture_output=True, text=True, check=True)
                result = json.loads(run.stdout)
                fitted.append(result["r2" if labels is None else "accuracy"])
                print(f"{name} split {seed}: linear {linear[-1]:.4f}, kan fit {fitted[-1]:.4f}, {result['shape']}, {result['seconds']:.1f} s", flush=True)
            mean = np.mean(linear)
            error = np.std(linear, ddof=1) if labels is None else np.sqrt(mean * (1 - mean) / len(y2))
            print(f"{name}: linear {mean:.4f}, kan fit {np.mean(fitted):.4f}, standard error of a split {error:.4f}", flush=True)


main()
