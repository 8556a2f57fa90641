"""Makes sandwich.json: Poisson regressions with cluster-robust variances of statsmodels for test/core/regression/component.test.ts.

python3 sandwich_statsmodels.py  (numpy, statsmodels; versions are written into the file)
"""
import json
import os

import numpy as np
import statsmodels
import statsmodels.api as sm

rng = np.random.default_rng(20240502)
cases = []
for frequency, cluster_rows in (('daily', 7), ('weekly', 4), ('monthly', 3)):
    rows = 100
    # Shocks and prices that last longer than a row: without clusters the variance of the price effect would be far too small.
    shock = np.repeat(rng.normal(0, 0.3, rows // 5), 5)
    price = np.round(10 * np.exp(np.repeat(rng.normal(0, 0.15, rows // 5), 5) + rng.normal(0, 0.03, rows)), 2)
    quantity = rng.poisson(40 * (price / 10) ** -1.5 * np.exp(shock)).astype(float)
    X = np.c_[np.ones(rows), np.log(price / np.exp(np.mean(np.log(price))))]
    model = sm.GLM(quantity / quantity.mean(), X, family=sm.families.Poisson())
    clusters = np.arange(rows) // cluster_rows
    fit = model.fit(tol=1e-14, maxiter=200, cov_type='cluster', cov_kwds=dict(groups=clusters, use_correction=False))
    independent = model.fit(tol=1e-14, maxiter=200, cov_type='HC0')
    # Pearson dispersion over the number of rows.
    dispersion = float(np.mean((quantity / quantity.mean() - fit.mu) ** 2 / fit.mu))
    cases.append(dict(frequency=frequency, clusterRows=cluster_rows, price=list(map(float, price)), quantity=list(map(float, quantity)),
                      coefficients=list(map(float, fit.params)), priceVariance=float(fit.cov_params()[1, 1]),
                      varianceWithoutClusters=float(independent.cov_params()[1, 1]), dispersion=dispersion,
                      plainVariance=float(dispersion * np.linalg.inv(X.T @ (X * fit.mu[:, None]))[1, 1])))
here = os.path.dirname(os.path.abspath(__file__))
json.dump(dict(madeBy=f'statsmodels {statsmodels.__version__}, numpy {np.__version__}', cases=cases), open(os.path.join(here, 'sandwich.json'), 'w'))
