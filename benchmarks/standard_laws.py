"""Runs 'kan discover', with its defaults and 30 seconds, on laws that programs for symbolic regression are compared on, 200 rows each.

The sets of Nguyen, Keijzer, Vladislavleva, Korns, Livermore, Jin, R and Constant (the functions as in the papers; inputs here are drawn evenly from the range) and right-hand sides of
differential equations (the ODE-Strogatz set); the others were written down when the search was as it is. A law is found when the recommended formula misses 2,000 fresh rows by less than a millionth of their standard deviation.

python3 benchmarks/standard_laws.py KAN.dll [NAME,NAME...]
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

NAMES = "xyzvw"

LAWS = {
    "Nguyen 1": ("x**3+x**2+x", (-1, 1)),
    "Nguyen 2": ("x**4+x**3+x**2+x", (-1, 1)),
    "Nguyen 3": ("x**5+x**4+x**3+x**2+x", (-1, 1)),
    "Nguyen 4": ("x**6+x**5+x**4+x**3+x**2+x", (-1, 1)),
    "Nguyen 5": ("sin(x**2)*cos(x)-1", (-1, 1)),
    "Nguyen 6": ("sin(x)+sin(x+x**2)", (-1, 1)),
    "Nguyen 7": ("log(x+1)+log(x**2+1)", (0, 2)),
    "Nguyen 8": ("sqrt(x)", (0, 4)),
    "Nguyen 9": ("sin(x)+sin(y**2)", (0, 1), (0, 1)),
    "Nguyen 10": ("2*sin(x)*cos(y)", (0, 1), (0, 1)),
    "Nguyen 11": ("x**y", (0, 1), (0, 1)),
    "Nguyen 12": ("x**4-x**3+0.5*y**2-y", (0, 1), (0, 1)),
    "Keijzer 1": ("0.3*x*sin(2*pi*x)", (-1, 1)),
    "Keijzer 4": ("x**3*exp(-x)*cos(x)*sin(x)*(sin(x)**2*cos(x)-1)", (0, 10)),
    "Keijzer 5": ("30*x*z/((x-10)*y**2)", (-1, 1), (1, 2), (-1, 1)),
    "Keijzer 8": ("sqrt(x)", (0, 100)),
    "Keijzer 9": ("log(x+sqrt(x**2+1))", (0, 100)),
    "Keijzer 10": ("x**y", (0, 1), (0, 1)),
    "Keijzer 11": ("x*y+sin((x-1)*(y-1))", (-3, 3), (-3, 3)),
    "Keijzer 12": ("x**4-x**3+0.5*y**2-y", (-3, 3), (-3, 3)),
    "Keijzer 13": ("6*sin(x)*cos(y)", (-3, 3), (-3, 3)),
    "Keijzer 14": ("8/(2+x**2+y**2)", (-3, 3), (-3, 3)),
    "Keijzer 15": ("x**3/5+y**3/2-y-x", (-3, 3), (-3, 3)),
    "Vladislavleva 1": ("exp(-(x-1)**2)/(1.2+(y-2.5)**2)", (0.3, 4), (0.3, 4)),
    "Vladislavleva 2": ("exp(-x)*x**3*cos(x)*sin(x)*(cos(x)*sin(x)**2-1)", (0.05, 10)),
    "Vladislavleva 4": ("10/(5+(x-3)**2+(y-3)**2+(z-3)**2+(v-3)**2+(w-3)**2)", (0.05, 6.05), (0.05, 6.05), (0.05, 6.05), (0.05, 6.05), (0.05, 6.05)),
    "Vladislavleva 5": ("30*(x-1)*(z-1)/(y**2*(x-10))", (0.05, 2), (1, 2), (0.05, 2)),
    "Vladislavleva 6": ("6*sin(x)*cos(y)", (0.1, 5.9), (0.1, 5.9)),
    "Vladislavleva 7": ("(x-3)*(y-3)+2*sin((x-4)*(y-4))", (0.05, 6.05), (0.05, 6.05)),
    "Vladislavleva 8": ("((x-3)**4+(y-3)**3-(y-3))/((y-2)**4+10)", (0.05, 6.05), (0.05, 6.05)),
    "Korns 4": ("-2.3+0.13*sin(z)", (-5, 5), (-5, 5), (-5, 5)),
    "Korns 5": ("3+2.13*log(abs(w))", (-5, 5), (-5, 5), (-5, 5), (-5, 5), (-5, 5)),
    "Korns 6": ("1.3+0.13*sqrt(abs(x))", (-5, 5)),
    "Korns 7": ("213.80940889*(1-exp(-0.54723748542*x))", (0, 5)),
    "Korns 8": ("6.87+11*sqrt(7.23*x*v*w)", (0, 5), (0, 5), (0, 5), (0, 5), (0, 5)),
    "Korns 11": ("6.87+11*cos(7.23*x**3)", (-1, 1)),
    "Korns 12": ("2-2.1*cos(9.8*x)*sin(1.3*w)", (-2, 2), (-2, 2), (-2, 2), (-2, 2), (-2, 2)),
    "Korns 13": ("32-3*tan(x)/tan(y)*tan(z)/tan(v)", (0.3, 1.2), (0.3, 1.2), (0.3, 1.2), (0.3, 1.2)),
    "Korns 14": ("22-4.2*(cos(x)-tan(y))*tanh(z)/sin(v)", (0.3, 1.2), (0.3, 1.2), (0.3, 1.2), (0.3, 1.2)),
    "Korns 2": ("0.23+14.2*(v+y)/(3*w)", (1, 5), (1, 5), (1, 5), (1, 5), (1, 5)),
    "Korns 3": ("-5.41+4.9*(v-x+y/w)/(3*w)", (1, 5), (1, 5), (1, 5), (1, 5), (1, 5)),
    "Livermore 1": ("1/3+x+sin(x**2)", (-3, 3)),
    "Livermore 2": ("sin(x**2)*cos(x)-2", (-1, 1)),
    "Livermore 3": ("sin(x**3)*cos(x**2)-1", (-1, 1)),
    "Livermore 4": ("log(x+1)+log(x**2+1)+log(x)", (0.1, 2)),
    "Livermore 5": ("x**4-x**3+x**2-y", (0, 1), (0, 1)),
    "Livermore 6": ("4*x**4+3*x**3+2*x**2+x", (-1, 1)),
    "Livermore 7": ("sinh(x)", (-1, 1)),
    "Livermore 8": ("cosh(x)", (-1, 1)),
    "Livermore 9": ("x**9+x**8+x**7+x**6+x**5+x**4+x**3+x**2+x", (-1, 1)),
    "Livermore 10": ("6*sin(x)*cos(y)", (0, 1), (0, 1)),
    "Livermore 11": ("x**2*y**2/(x+y)", (0.1, 1), (0.1, 1)),
    "Livermore 12": ("x**5/y**3", (0.1, 1), (0.5, 1)),
    "Livermore 13": ("x**(1/3)", (0, 4)),
    "Livermore 14": ("x**3+x**2+x+sin(x)+sin(x**2)", (-1, 1)),
    "Livermore 15": ("x**(1/5)", (0, 4)),
    "Livermore 16": ("x**(2/5)", (0, 4)),
    "Livermore 17": ("4*sin(x)*cos(y)", (0, 1), (0, 1)),
    "Livermore 18": ("sin(x**2)*cos(x)-5", (-1, 1)),
    "Livermore 19": ("x**5+x**4+x**2+x", (-1, 1)),
    "Livermore 20": ("exp(-x**2)", (-1, 1)),
    "Livermore 22": ("exp(-0.5*x**2)", (-1, 1)),
    "Jin 1": ("2.5*x**4-1.3*x**3+0.5*y**2-1.7*y", (-3, 3), (-3, 3)),
    "Jin 2": ("8*x**2+8*y**3-15", (-3, 3), (-3, 3)),
    "Jin 3": ("0.2*x**3+0.5*y**3-1.2*y-0.5*x", (-3, 3), (-3, 3)),
    "Jin 4": ("1.5*exp(x)+5*cos(y)", (-3, 3), (-3, 3)),
    "Jin 5": ("6*sin(x)*cos(y)", (-3, 3), (-3, 3)),
    "Jin 6": ("1.35*x*y+5.5*sin((x-1)*(y-1))", (-3, 3), (-3, 3)),
    "R 1": ("(x+1)**3/(x**2-x+1)", (-1, 1)),
    "R 2": ("(x**5-3*x**3+1)/(x**2+1)", (-1, 1)),
    "R 3": ("(x**6+x**5)/(x**4+x**3+x**2+x+1)", (-1, 1)),
    "Constant 1": ("3.39*x**3+2.12*x**2+1.78*x", (-1, 1)),
    "Constant 2": ("sin(x**2)*cos(x)-0.75", (-1, 1)),
    "Constant 3": ("sin(1.5*x)*cos(0.5*y)", (0, 1), (0, 1)),
    "Constant 4": ("2.7*x**y", (0.01, 1), (0, 1)),
    "Constant 5": ("sqrt(1.23*x)", (0, 4)),
    "Constant 6": ("x**0.426", (0, 4)),
    "Constant 7": ("2*sin(1.3*x)*cos(y)", (0, 1), (0, 1)),
    "Constant 8": ("log(x+1.4)+log(x**2+1.3)", (0, 2)),
    "bacterial respiration 1": ("20-x-x*y/(1+0.5*x**2)", (0.5, 8), (1, 12)),
    "bacterial respiration 2": ("10-x*y/(1+0.5*x**2)", (0.5, 8), (1, 12)),
    "bar magnets 1": ("0.5*sin(x-y)-sin(x)", (0, 6), (0, 6)),
    "glider 1": ("-0.05*x**2-sin(y)", (0.5, 6), (-2, 4)),
    "glider 2": ("x-cos(y)/x", (0.5, 6), (-2, 4)),
    "Lotka-Volterra 1": ("3*x-2*x*y-x**2", (0.1, 4), (0.1, 3)),
    "predator and prey 1": ("x*(4-x-y/(1+x))", (0.2, 4), (0.2, 8)),
    "predator and prey 2": ("y*(x/(1+x)-0.075*y)", (0.2, 4), (0.2, 8)),
    "shear flow 1": ("cos(x)/tan(y)", (-3, 3), (0.3, 2.8)),
    "shear flow 2": ("(cos(y)**2+0.1*sin(y)**2)*sin(x)", (-3, 3), (-3, 3)),
    "van der Pol 1": ("10*(y-(x**3-x)/3)", (-2, 2), (-2, 2)),
    "van der Pol 2": ("-x/10", (-2, 2), (-2, 2)),
    "other 1": ("x*exp(-x)*sin(2*x)", (0, 4)),
    "other 2": ("exp(-x/2)*cos(3*x)+x", (0, 5)),
    "other 3": ("log(1+exp(2*x))", (-2, 2)),
    "other 4": ("x/(1+exp(-x))", (-4, 4)),
    "other 5": ("sqrt(1+x**4)", (-2, 2)),
    "other 6": ("sin(x)/x", (0.1, 10)),
    "other 7": ("(1-exp(-x))/x", (0.1, 5)),
    "other 8": ("tanh(x)+0.3*x**3", (-2, 2)),
    "other 9": ("x**3/(exp(x)-1)", (0.2, 6)),
    "other 10": ("2*exp(-(x-1)**2)+exp(-(x+1)**2)", (-3, 3)),
    "other 11": ("sin(x)**2+cos(3*x)", (-2, 2)),
    "other 12": ("exp(-x**2)+0.5*sin(2*y)", (-2, 2), (-2, 2)),
    "other 13": ("x*log(x)+(1-x)*log(1-x)", (0.05, 0.95)),
    "other 14": ("sin(x*y)+x/(1+y**2)", (-2, 2), (-2, 2)),
    "other 15": ("exp(-0.3*x)*(1+0.5*sin(4*y))", (0, 3), (0, 3)),
    "other 16": ("log(x**2+y**2)/2+x", (0.2, 2), (0.2, 2)),
    "other 17": ("(x-y)/(x+y+1)", (0, 2), (0, 2)),
    "other 18": ("sqrt(x)*y+exp(-z)*v", (0, 2), (-1, 1), (0, 2), (-1, 1)),
    "other 19": ("tanh(x+0.5*y)*exp(-z**2)", (-1, 1), (-1, 1), (-1, 1)),
    "other 20": ("(x**2-y**2)/(x**2+y**2)", (0.2, 2), (0.2, 2)),
}

FUNCTIONS = {name: getattr(math, name) for name in "sin cos tan tanh sinh cosh exp log sqrt pi".split()} | {"abs": abs}


def write(path, law, ranges, rows, r):
    """Writes a table of a law and tells the standard deviation of its target."""
    places = [[r.uniform(*limits) for limits in ranges] for _ in range(rows)]
    targets = [eval(law, FUNCTIONS, dict(zip(NAMES, place))) for place in places]
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([[*NAMES[:len(ranges)], "target"], *([*map(repr, place), repr(float(target))] for place, target in zip(places, targets))])
    mean = sum(targets) / rows
    return math.sqrt(sum((target - mean) ** 2 for target in targets) / rows)


def main(kan, chosen):
    unknown = set(chosen) - set(LAWS)
    if unknown:
        sys.exit(f"There is no law named {', '.join(sorted(unknown))}. There are: {', '.join(LAWS)}.")
    found, times = 0, []
    with tempfile.TemporaryDirectory() as folder:
        training, fresh = os.path.join(folder, "law.csv"), os.path.join(folder, "fresh.csv")
        for name in chosen or LAWS:
            law, *ranges = LAWS[name]
            r = random.Random(name)
            write(training, law, ranges, 200, r)
            deviation = write(fresh, law, ranges, 2000, r)
            start = time.monotonic()
            done = subprocess.run(["dotnet", kan, "discover", training, "--target", "target", "--test", fresh, "--time-limit", "30", "--out-dir", os.path.join(folder, "found"), "--json"], capture_output=True, text=True)
            times.append(time.monotonic() - start)
            if done.returncode != 0:
                sys.exit(f"{name}: {done.stdout}{done.stderr}")
            best = json.loads(done.stdout)
            error = math.inf if best["test_rmse"] is None else best["test_rmse"] / deviation
            found += error < 1e-6
            print(f"{name:24} {'found' if error < 1e-6 else '     '} {error:8.1e} {times[-1]:5.1f} s  {law}  ->  {best['formula'][:160]}", flush=True)
    print(f"{found} of {len(times)} found, median {sorted(times)[len(times) // 2]:.1f} s")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2].split(",") if len(sys.argv) == 3 else [])
