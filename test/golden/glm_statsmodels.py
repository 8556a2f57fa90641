"""Makes glm.json: data and statsmodels' coefficients and standard errors for test/core/regression/glm.test.ts.

python3 glm_statsmodels.py  (numpy, statsmodels; versions are written into the file)
"""
import json
import os

import numpy as np
import statsmodels
import statsmodels.api as sm

rng = np.random.default_rng(20240501)
n, p = 120, 4
X = np.c_[np.ones(n), rng.normal(0, 0.4, (n, p - 1))]
offset = rng.normal(0, 0.2, n)
weight = rng.uniform(0.3, 2.0, n)
mu = np.exp(X @ np.array([1.0, -1.4, 0.3, 0.2]) + offset)
cases = []


def case(name, y, family, power, offset=None, weight=None):
    fit = sm.GLM(y, X, family=family, offset=offset, var_weights=weight).fit(tol=1e-14, maxiter=200, scale=1.0)
    cases.append(dict(name=name, power=power, y=list(map(float, y)), offset=offset is not None, weight=weight is not None,
                      coefficients=list(map(float, fit.params)), standardErrors=list(map(float, fit.bse))))


y = rng.poisson(mu).astype(float)
case('poisson', y, sm.families.Poisson(), 1)
case('poisson with offset and weights', y, sm.families.Poisson(), 1, offset, weight)
g = rng.gamma(4, mu / 4)
case('gamma with log link', g, sm.families.Gamma(link=sm.families.links.Log()), 2)
case('tweedie 1.5', np.where(rng.uniform(size=n) < 0.15, 0.0, g), sm.families.Tweedie(var_power=1.5, link=sm.families.links.Log()), 1.5, offset, None)
here = os.path.dirname(os.path.abspath(__file__))
json.dump(dict(madeBy=f'statsmodels {statsmodels.__version__}, numpy {np.__version__}', rows=n, columns=p, design=[float(v) for v in X.ravel()],
               offset=list(map(float, offset)), weight=list(map(float, weight)), cases=cases), open(os.path.join(here, 'glm.json'), 'w'))
