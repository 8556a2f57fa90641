"""Makes boosting.json: losses of LightGBM on rows that it was not shown, for test/core/boosting/fit-trees.test.ts.

python3 boosting_lightgbm.py  (numpy, lightgbm; versions are written into the file)
"""
import json
import os

import lightgbm
import numpy as np

rng = np.random.default_rng(20250611)
ROWS, TRAINING = 3000, 2000

# Price (monotone −1), level, weekday, a share that is often missing, and a column that says nothing.
price = np.round(rng.normal(0, .3, ROWS), 3)
level = np.round(rng.normal(0, .5, ROWS), 3)
weekday = rng.integers(0, 7, ROWS).astype(float)
share = np.round(rng.uniform(0, 1, ROWS), 2)
share[rng.uniform(size=ROWS) < .3] = np.nan
nothing = np.round(rng.normal(size=ROWS), 3)
features = np.c_[price, level, weekday, share, nothing]
offset = np.round(rng.normal(1, .3, ROWS), 3)
score = -1.2 * price + .5 * np.tanh(2 * level) + .4 * (weekday >= 5) + np.where(np.isnan(share), .25, .6 * share * (level > 0))
mean = np.exp(offset + score)
count = rng.poisson(mean).astype(float)
amount = np.round(rng.gamma(2, mean / 2) * (rng.uniform(size=ROWS) > .1 / (1 + mean)), 3)
logarithm = np.round(offset + score + rng.normal(0, .4, ROWS), 4)
weight = np.round(rng.uniform(.2, 2, ROWS), 2)

# Poisson: without the damping that LightGBM adds, its leaves are Newton's.
OBJECTIVES = dict(squared=dict(objective='regression'), poisson=dict(objective='poisson', poisson_max_delta_step=1e-10),
                  tweedie=dict(objective='tweedie', tweedie_variance_power=1.3))
RESPONSES = dict(squared=logarithm, poisson=count, tweedie=amount)


def constant(kind, y, w, o):
    if kind == 'squared':
        return float(np.sum(w * (y - o)) / np.sum(w))
    p = 1.3 if kind == 'tweedie' else 1
    return float(np.log(np.sum(w * y * np.exp((1 - p) * o)) / np.sum(w * np.exp((2 - p) * o))))


def loss(kind, y, w, f):
    if kind == 'squared':
        each = (y - f) ** 2 / 2
    elif kind == 'poisson':
        each = np.exp(f) - y * f
    else:
        each = np.exp(.7 * f) / .7 + y * np.exp(-.3 * f) / .3
    return float(np.sum(w * each) / np.sum(w))


def held_out(kind, monotone, settings):
    y = RESPONSES[kind]
    train, test = slice(0, TRAINING), slice(TRAINING, ROWS)
    base = offset + constant(kind, y[train], weight[train], offset[train])
    data = lightgbm.Dataset(features[train], y[train], weight=weight[train], init_score=base[train],
                            params=dict(max_bin=settings['bins'] + 1, min_data_in_bin=1, feature_pre_filter=False))
    model = lightgbm.train(dict(OBJECTIVES[kind], num_leaves=settings['leaves'], learning_rate=settings['learningRate'],
                                min_data_in_leaf=settings['leastRows'], min_sum_hessian_in_leaf=settings['leastHessian'],
                                lambda_l2=settings['ridge'], monotone_constraints=monotone, monotone_constraints_method='basic',
                                num_threads=1, deterministic=True, force_col_wise=True, verbose=-1),
                           data, settings['trees'])
    raw = model.predict(features[test], raw_score=True) + base[test]
    return dict(kind=kind, monotone=monotone, settings=settings, loss=loss(kind, y[test], weight[test], raw),
                lossOfConstant=loss(kind, y[test], weight[test], base[test]))


# Fewest rows are none: of a leaf LightGBM takes its rows from its second derivatives.
settings = dict(trees=60, leaves=8, learningRate=.1, leastRows=1, leastHessian=60.0, ridge=1.0, bins=127)
cases = [held_out(kind, monotone, settings) for kind in RESPONSES for monotone in ([0] * 5, [-1, 1, 0, 0, 0])]
column = lambda values: [None if np.isnan(v) else float(v) for v in values]
json.dump(dict(lightgbm=lightgbm.__version__, numpy=np.__version__, training=TRAINING,
               features=[column(features[:, j]) for j in range(5)], offset=column(offset), weight=column(weight),
               responses={kind: column(y) for kind, y in RESPONSES.items()}, cases=cases),
          open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'boosting.json'), 'w'))
