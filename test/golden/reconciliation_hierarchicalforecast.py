"""Makes reconciliation.json: forecasts reconciled by least trace, for test/core/hierarchy/min-trace.test.ts.

`package` is what hierarchicalforecast makes of it (MinTrace, mint_shrink, wls_struct and ols); `dense` is theorem 1 of
Wickramasuriya, Athanasopoulos & Hyndman (2019) with the covariance written out and inverted, nothing of the tree in it.
python3 reconciliation_hierarchicalforecast.py  (numpy, hierarchicalforecast; versions are written into the file)
"""
import json
import os

import hierarchicalforecast
import numpy as np
from hierarchicalforecast.methods import MinTrace

rng = np.random.default_rng(20250611)

# Merchant a: types of 3 and 2 cells; merchant b: one type of 3 cells; all.
GROUPS = [[0, 1, 2], [3, 4], [0, 1, 2, 3, 4], [5, 6, 7], [5, 6, 7], list(range(8))]
CELLS, WINDOWS = 8, 14
S = np.vstack([np.eye(CELLS)] + [[[1.0 if i in g else 0.0 for i in range(CELLS)]] for g in GROUPS])
shared = rng.normal(size=(WINDOWS, 1))
own = rng.normal(size=(WINDOWS, CELLS)) * np.linspace(1, 4, CELLS) + 2 * shared
errors = own @ S.T + 1.5 * rng.normal(size=(WINDOWS, len(S)))
# The package takes means out and refuses sums of 0.
errors -= errors.mean(axis=0) - 1e-4
base = S @ rng.uniform(20, 60, CELLS) + 6 * rng.normal(size=len(S))

covariance = errors.T @ errors / WINDOWS
scaled = errors / np.sqrt(np.diag(covariance))
variances = ((scaled**2).T @ scaled**2 - (scaled.T @ scaled) ** 2 / WINDOWS) / (WINDOWS * (WINDOWS - 1))
squares = (scaled.T @ scaled / WINDOWS) ** 2
np.fill_diagonal(variances, 0)
np.fill_diagonal(squares, 0)
shrinkage = variances.sum() / squares.sum()
W = shrinkage * np.diag(np.diag(covariance)) + (1 - shrinkage) * covariance


def dense(weights, keep):
    inverse = np.linalg.inv(weights[np.ix_(keep, keep)])
    return np.linalg.solve(S[keep].T @ inverse @ S[keep], S[keep].T @ inverse @ base[keep])


# The package wants sums first.
order = [13, 10, 12, 8, 9, 11] + list(range(CELLS))


def package(method):
    past = errors.T[order]
    found = MinTrace(method=method).fit_predict(
        S=S[order], y_hat=base[order][:, None], y_insample=past, y_hat_insample=np.zeros_like(past)
    )
    return np.asarray(found["mean"]).ravel()[-CELLS:]


ALL = list(range(len(S)))
# Types and merchants that are the sum of one alone are left aside: b's merchant.
SEVERAL = [place for place in ALL if place != 12]
with open(os.path.join(os.path.dirname(__file__), "reconciliation.json"), "w") as file:
    json.dump(
        {
            "made": {"numpy": np.__version__, "hierarchicalforecast": hierarchicalforecast.__version__},
            "cells": [["a", "x"]] * 3 + [["a", "y"]] * 2 + [["b", "z"]] * 3,
            "errors": errors.tolist(),
            "base": base.tolist(),
            "shrinkage": shrinkage,
            "dense": {"all": dense(W, ALL).tolist(), "several": dense(W, SEVERAL).tolist()},
            "package": {m: package(m).tolist() for m in ["mint_shrink", "wls_struct", "ols"]},
        },
        file,
    )
