"""The training loop with folds in NumPy: six parameter sets, one design each, in stacked matrix products; answers JSON lines.

python3 fold_loop.py problem.json  (numpy; one thread by OMP_NUM_THREADS=1)

Work and liberties as in iteration_speed.py. Random numbers are shared by the sets. As in the product a calendar row is gathered and multiplied once for its
prices; computing the whole calendar and looking rows up took 30 % longer.
"""
import json
import sys
import time

import numpy as np

BLOCK = 64
# Simulated rows of one drawn row of the calendar.
PRICES = 4


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
        self.rows = np.concatenate([self.design, self.sim_design.reshape(-1, self.columns)])
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
        rows = self.random.integers(0, self.calendar, (n, self.simulated // PRICES))
        quarter = self.price_term.shape[1] // PRICES
        prices = self.random.integers(0, quarter, (*rows.shape, PRICES)) + quarter * np.arange(PRICES)
        return own, rows, prices

    def block(self, own, rows, prices):
        """own: iterations x sets x batch; rows: iterations x calendar rows and prices: iterations x calendar rows x PRICES, the same for every set."""
        n, sets, batch, width = len(own), self.sets, self.batch, self.columns
        beta, average, preconditioner = self.beta, self.average, self.preconditioner
        own = own + self.own_start[:, None]
        rows = rows[:, None, :] + (np.arange(sets) * self.calendar)[:, None]
        places = np.concatenate([own, rows + len(self.response)], 2)
        terms = np.ascontiguousarray(self.price_term[:, prices].transpose(1, 0, 2, 3))
        demand = (self.sim_mean[rows][..., None] * self.price_factor[:, prices].transpose(1, 0, 2, 3))
        offsets = np.concatenate([self.offset[own], np.broadcast_to(self.sim_offset, rows.shape)], 2)
        age = np.arange(self.done + 1, self.done + n + 1)
        steps = (self.step['first'] * (1 + age / self.step['hold']) ** -self.step['power']).tolist()
        shares = (4 / (age + 3)).tolist()
        calendar_rows = rows.shape[2]
        x = np.empty((sets, batch + calendar_rows, width))
        row = np.empty((sets, batch + calendar_rows))
        e = np.empty(sets * (batch + calendar_rows * PRICES))
        own_e, sim_e = e[:sets * batch].reshape(sets, batch), e[sets * batch:].reshape(sets, calendar_rows, PRICES)
        own_row, sim_row, ones = row[:, :batch], row[:, batch:], np.ones(PRICES)
        g, t = np.empty((sets, width)), np.empty((sets, width))
        column = beta[:, :, None]
        slope = beta[:, 1:2, None]
        sim_weight = self.sim_weight[:, :, None]
        for i, h, y_sim, y, o, w, step, share in zip(places, terms, demand, self.response[own], offsets, self.weight[own], steps, shares):
            self.rows.take(i, 0, x, 'clip')
            np.matmul(x, column, row[:, :, None])
            np.add(row, o, row)
            np.multiply(h, slope, sim_e)
            np.add(sim_e, sim_row[:, :, None], sim_e)
            own_e[:] = own_row
            np.exp(e, e)
            np.subtract(y, own_e, own_e)
            np.multiply(own_e, w, own_row)
            np.subtract(y_sim, sim_e, sim_e)
            np.multiply(sim_e, sim_weight, sim_e)
            np.matmul(sim_e, ones, sim_row)
            np.matmul(row[:, None, :], x, g[:, None, :])
            g[:, 1] += np.einsum('ijk,ijk->i', sim_e, h)
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
