"""Elasticities by double machine learning; answers each line of standard input, a list of cells, with theirs.

python3 econml_slopes.py problem.json  (numpy, econml; one thread by OMP_NUM_THREADS=1)

A cell: logQuantity, logPrice, and controls as columns. LinearDML with Lasso for both, three folds, its own intervals.
"""
import json
import sys
import warnings

import numpy as np
from econml.dml import LinearDML
from sklearn.linear_model import LassoCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings('ignore')


def lasso():
    return make_pipeline(StandardScaler(), LassoCV(cv=3))


def slope(cell):
    y, t = np.array(cell['logQuantity']), np.array(cell['logPrice'])
    controls = np.array(cell['controls']).T
    if np.std(t) < 1e-9:
        return None
    found = LinearDML(model_y=lasso(), model_t=lasso(), cv=3, random_state=1).fit(y, t, W=controls)
    value, (low, high) = found.const_marginal_effect(), found.const_marginal_effect_interval(alpha=0.1)
    value, low, high = (float(np.ravel(v)[0]) for v in (value, low, high))
    return dict(value=value, standardError=(high - low) / 2 / 1.645) if np.isfinite(value + low + high) else None


print(json.dumps(dict(peers=['econml'])), flush=True)
for line in sys.stdin:
    print(json.dumps([slope(cell) for cell in json.loads(line)]), flush=True)
