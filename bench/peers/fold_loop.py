"""The training loop with folds in NumPy: six parameter sets, one design each, in stacked matrix products; answers JSON lines.

python3 fold_loop.py problem.json  (numpy; one thread by OMP_NUM_THREADS=1)

Work and liberties as in iteration_speed.py. Random numbers are shared by the sets. Calendar rows are not gathered: their linear predictors are computed
once an iteration and looked up, and scores are added up by row before the product that gives the gradient; gathering took 5 % longer.
"""
import json
import sys
import time

import numpy as np

BLOCK = 64


class Loop:
    def __init__(self, sets):
        first = sets[0]
        self.columns, self.batch, self.simulated, self.calendar, self.step = (
            first[k] for k in ('columns', 'batch', 'simulatedRows', 'simulatorRows', 'step'))
        self.sets = len(sets)
        arrays = [{k: np.array(v) for k, v in s.items() if isinstance(v, list)} for s in sets]
        self.own_rows = np.array([s['ownRows'] for s in sets], np.uint64)
        self.own_start = np.concatenate([[0], np.cumsum(self.own_rows)[:-1]]).astype(np.intp)
        flat = lambda k: np.concatenate([a[k] for a in arrays])
        stack = lambda k: np.stack([a[k] for a in arrays])
        self.design = flat('design').reshape(-1, self.columns)
        self.response, self.offset = flat('response'), flat('offset')
        self.weight = np.concatenate([a['weight'] * (s['ownRows'] / (self.batch * s['dispersion'])) for a, s in zip(arrays, sets)])
        self.sim_design = stack('simulatorDesign').reshape(self.sets, self.calendar, self.columns)
        self.sim_mean = flat('simulatorMean')
        self.sim_offset = np.array([[s['simulatorOffset']] for s in sets])
        self.sim_weight = np.array([[s['tau'] / (s['simulatedRows'] * s['dispersion'])] for s in sets])
        self.price_term, self.price_factor = stack('priceTerm'), stack('priceFactor')
        self.ridge, self.prior = stack('ridge'), stack('priorMean')
        self.preconditioner = stack('preconditioner').reshape(self.sets, self.columns, self.columns)
        self.random = np.random.default_rng(1)
        self.reset()

    def reset(self):
        self.done = 0
        self.beta, self.average = np.zeros((self.sets, self.columns)), np.zeros((self.sets, self.columns))

    def fresh(self, n):
        bits = self.random.integers(0, 2**32, (n, 1, self.batch), np.uint64)
        own = ((bits * self.own_rows[:, None]) >> np.uint64(32)).astype(np.intp)
        return own, self.random.integers(0, self.calendar, (n, self.simulated)), self.random.integers(0, self.price_term.shape[1], (n, self.simulated))

    def block(self, own, rows, prices):
        """own: iterations x sets x batch; rows, prices: iterations x simulated rows, the same for every set."""
        n, sets, batch, width = len(own), self.sets, self.batch, self.columns
        beta, average, calendar, preconditioner = self.beta, self.average, self.sim_design, self.preconditioner
        own = own + self.own_start[:, None]
        rows = rows[:, None, :] + (np.arange(sets) * self.calendar)[:, None]
        terms = np.ascontiguousarray(self.price_term[:, prices].transpose(1, 0, 2))
        demand = self.sim_mean[rows] * self.price_factor[:, prices].transpose(1, 0, 2)
        age = np.arange(self.done + 1, self.done + n + 1)
        steps = (self.step['first'] * (1 + age / self.step['hold']) ** -self.step['power']).tolist()
        shares = (4 / (age + 3)).tolist()
        x = np.empty((sets, batch, width))
        linear = np.empty((sets, self.calendar))
        e = np.empty(sets * (batch + self.simulated))
        own_e, sim_e = e[:sets * batch].reshape(sets, batch), e[sets * batch:].reshape(sets, -1)
        g, sim_g, t, moved = np.empty((sets, width)), np.empty((sets, width)), np.empty((sets, width)), np.empty(sim_e.shape)
        column = beta[:, :, None]
        slope = beta[:, 1:2]
        for i, j, h, y_sim, y, o, w, step, share in zip(own, rows, terms, demand, self.response[own], self.offset[own], self.weight[own], steps, shares):
            self.design.take(i, 0, x, 'clip')
            np.matmul(calendar, column, linear[:, :, None])
            np.add(linear, self.sim_offset, linear)
            linear.ravel().take(j, 0, sim_e, 'clip')
            np.multiply(h, slope, moved)
            np.add(sim_e, moved, sim_e)
            np.matmul(x, column, own_e[:, :, None])
            np.add(own_e, o, own_e)
            np.exp(e, e)
            np.subtract(y, own_e, own_e)
            np.multiply(own_e, w, own_e)
            np.subtract(y_sim, sim_e, sim_e)
            np.multiply(sim_e, self.sim_weight, sim_e)
            np.matmul(own_e[:, None, :], x, g[:, None, :])
            by_row = np.bincount(j.ravel(), e[sets * batch:], sets * self.calendar).reshape(sets, 1, -1)
            np.matmul(by_row, calendar, sim_g[:, None, :])
            np.add(g, sim_g, g)
            g[:, 1] += np.einsum('ij,ij->i', sim_e, h)
            np.subtract(self.prior, beta, t)
            np.multiply(t, self.ridge, t)
            np.add(g, t, g)
            np.matmul(preconditioner, g[:, :, None], t[:, :, None])
            np.multiply(t, step, t)
            np.add(beta, t, beta)
            np.subtract(beta, average, t)
            np.multiply(t, share, t)
            np.add(average, t, average)
        self.done += n

    def run(self, n):
        for start in range(0, n, BLOCK):
            self.block(*self.fresh(min(BLOCK, n - start)))


loop = Loop(json.load(open(sys.argv[1])))
print(json.dumps(dict(peers=['numpy'])), flush=True)
for line in sys.stdin:
    order = json.loads(line)
    if 'own' in order:
        loop.reset()
        loop.block(*(np.array(order[k]) for k in ('own', 'rows', 'prices')))
        print(json.dumps(dict(coefficients=loop.beta.tolist(), average=loop.average.tolist())), flush=True)
    else:
        started = time.process_time()
        loop.run(order['iterations'])
        print(json.dumps(dict(seconds=time.process_time() - started)), flush=True)
