"""LightGBM on the rows of boosting-speed.ts; answers each line of standard input with times and the loss of other rows.

python3 boosting_speed.py problem.json  (numpy, lightgbm)
"""
import json
import sys
import time

import lightgbm
import numpy as np

problem = json.load(open(sys.argv[1]))
print(json.dumps(dict(peers=['lightgbm'])), flush=True)


def read(names):
    features, response, offset = (np.fromfile(name) for name in names.split(','))
    return np.ascontiguousarray(features.reshape(problem['columns'], -1).T), response, offset


X, y, offset = read(problem['training'])
X_test, y_test, offset_test = read(problem['test'])
for line in sys.stdin:
    order = json.loads(line)
    base = order['base']
    params = dict(objective='poisson', poisson_max_delta_step=1e-10, num_leaves=order['leaves'], learning_rate=order['learningRate'],
                  min_data_in_leaf=order['leastRows'], min_sum_hessian_in_leaf=order['leastHessian'], lambda_l2=order['ridge'],
                  max_bin=order['bins'] + 1, monotone_constraints=order['monotone'], feature_fraction=order['columnShare'],
                  bagging_fraction=order['rowShare'], bagging_freq=1 if order['rowShare'] < 1 else 0, num_threads=1, verbose=-1)
    started = time.process_time()
    data = lightgbm.Dataset(X, y, init_score=offset + base, params=params)
    model = lightgbm.train(params, data, order['trees'])
    fit = time.process_time() - started
    times = []
    for _ in range(5):
        started = time.process_time()
        raw = model.predict(X_test, raw_score=True, num_threads=1)
        times.append((time.process_time() - started) * 1000)
    score = raw + offset_test + base
    print(json.dumps(dict(version=lightgbm.__version__, fit=fit, predict=sorted(times)[2],
                          loss=float(np.mean(np.exp(score) - y_test * score)))), flush=True)
