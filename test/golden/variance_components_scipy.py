"""Makes variance_components.json: REML and penalised REML of nested estimates with known variances, for test/core/market/variance-components.test.ts.

The likelihood is written with the dense covariance matrix and maximised by scipy, with nothing of the recursion under test.
python3 variance_components_scipy.py  (numpy, scipy; versions are written into the file)
"""
import json
import os

import numpy as np
import scipy
from scipy.optimize import minimize

rng = np.random.default_rng(20240503)


def tree(types, products, cells):
    """Unbalanced: between 2 and `products` products a type, between 1 and `cells` cells a product."""
    product_start, type_start, value, variance = [0], [0], [], []
    for _ in range(types):
        of_type = rng.normal(-2, 0.5)
        for _ in range(rng.integers(2, products + 1)):
            of_product = of_type + rng.normal(0, 0.4)
            for _ in range(rng.integers(1, cells + 1)):
                v = rng.uniform(0.02, 0.3)
                variance.append(v)
                value.append(of_product + rng.normal(0, 0.3) + rng.normal(0, np.sqrt(v)))
            product_start.append(len(value))
        type_start.append(len(product_start) - 1)
    return np.array(value), np.array(variance), product_start, type_start


def blocks(starts):
    z = np.zeros((starts[-1], starts[-1]))
    for a, b in zip(starts, starts[1:]):
        z[a:b, a:b] = 1
    return z


def deviance(logs, y, v, product_start, type_start, top_precision):
    cell, product, kind = np.exp(logs)
    cov = np.diag(v + cell) + product * blocks(product_start) + kind * blocks([product_start[t] for t in type_start])
    inverse = np.linalg.inv(cov)
    weight = inverse.sum() + top_precision
    mean = (inverse @ y).sum() / weight
    return np.linalg.slogdet(cov)[1] + np.log(weight) + y @ inverse @ y - weight * mean ** 2


def penalty(logs, degrees, scale):
    return 0 if degrees == 0 else degrees * np.sum(logs + np.exp(np.log(scale) - logs))


cases = []
for name, size, degrees, top_precision in (('plain REML', (6, 4, 5), 0, 0), ('a weak prior and a known top', (4, 3, 4), 2, 4), ('a strong prior', (3, 3, 3), 20, 1)):
    y, v, product_start, type_start = tree(*size)
    scale = np.array([0.08, 0.1, 0.12])

    def objective(logs):
        return 0.5 * (deviance(logs, y, v, product_start, type_start, top_precision) + penalty(logs, degrees, scale))

    best = min((minimize(objective, start, method='Nelder-Mead', options=dict(xatol=1e-9, fatol=1e-13, maxiter=20000, maxfev=40000))
                for start in (np.log([0.1, 0.1, 0.1]), np.log([0.02, 0.3, 0.05]))), key=lambda r: r.fun)
    cell, product, kind = np.exp(best.x)
    cases.append(dict(name=name, values=list(map(float, y)), variances=list(map(float, v)), productStart=product_start, typeStart=type_start,
                      degrees=degrees, topPrecision=top_precision, scale=dict(zip(('betweenCells', 'betweenProducts', 'betweenTypes'), map(float, scale))),
                      betweenCells=float(cell), betweenProducts=float(product), betweenTypes=float(kind),
                      deviance=float(deviance(best.x, y, v, product_start, type_start, top_precision))))
here = os.path.dirname(os.path.abspath(__file__))
json.dump(dict(madeBy=f'scipy {scipy.__version__}, numpy {np.__version__}', cases=cases), open(os.path.join(here, 'variance_components.json'), 'w'))
