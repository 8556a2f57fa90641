"""The same Poisson regression in statsmodels and scikit-learn; answers each line of standard input with times in ms.

python3 fit_speed.py problem.json  (numpy, statsmodels, scikit-learn; one thread by OMP_NUM_THREADS=1)
"""
import json
import sys
import time
import warnings

import numpy as np
import statsmodels.api as sm
from sklearn.linear_model import PoissonRegressor

warnings.filterwarnings('ignore')
problem = json.load(open(sys.argv[1]))
X = np.array(problem['design']).reshape(problem['rows'], problem['columns'])
y = np.array(problem['response'])


def milliseconds(work, times=30):
    started = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - started) / times * 1000


fit = sm.GLM(y, X, family=sm.families.Poisson()).fit()
for _ in sys.stdin:
    print(json.dumps(dict(statsmodels=milliseconds(lambda: sm.GLM(y, X, family=sm.families.Poisson()).fit()),
                          sklearn=milliseconds(lambda: PoissonRegressor(alpha=1e-8, solver='newton-cholesky', fit_intercept=False).fit(X, y)),
                          coefficients=list(map(float, fit.params)))), flush=True)
