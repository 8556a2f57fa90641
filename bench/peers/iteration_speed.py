"""One training iteration, as the product's kernel does it, in NumPy and PyTorch, and scikit-learn's nearest: answers JSON lines.

python3 iteration_speed.py problem.json  (numpy; scikit-learn and torch where they are; one thread by OMP_NUM_THREADS=1)

The same work: 64 own rows and 300 simulated ones (75 rows of the calendar, each at a price of every quarter), drawn anew, Poisson score, ridge,
preconditioned step, running average. What the product does besides, and the peers leave out in their own favour: linear predictors and steps are not
clamped. Random numbers, and everything that can be looked up by them, are made for many iterations at once; all results go to arrays that exist already.
Calendar rows are gathered once a price: multiplying each once and adding the prices to it, as the product does, took NumPy a tenth and PyTorch an eighth longer.
"""
import json
import sys
import time

import numpy as np

# What is looked up for more iterations at once no longer fits the caches: 256 take half as long again.
BLOCK = 64
# Simulated rows of one drawn row of the calendar.
PRICES = 4


class Draws:
    """What an iteration looks up by its random numbers, for a block of iterations at once."""

    def __init__(self, p):
        self.p = p
        self.random = np.random.default_rng(1)

    def fresh(self, n):
        p = self.p
        rows = self.random.integers(0, p['simulatorRows'], (n, p['simulatedRows'] // PRICES))
        quarter = len(p['priceTerm']) // PRICES
        prices = self.random.integers(0, quarter, (*rows.shape, PRICES)) + quarter * np.arange(PRICES)
        return self.random.integers(0, p['ownRows'], (n, p['batch'])), rows, prices

    def looked_up(self, own, rows, prices):
        """own: iterations x batch, rows: iterations x calendar rows, prices: iterations x calendar rows x PRICES."""
        p = self.p
        rows, prices = rows.repeat(PRICES, 1), prices.reshape(len(rows), -1)
        places = np.concatenate([own, rows + p['ownRows']], 1)
        demand = np.concatenate([p['response'][own], p['simulatorMean'][rows] * p['priceFactor'][prices]], 1)
        offset = np.concatenate([p['offset'][own], np.full(rows.shape, p['simulatorOffset'])], 1)
        own_weight = p['weight'] * (p['ownRows'] / (p['batch'] * p['dispersion']))
        weight = np.concatenate([own_weight[own], np.full(rows.shape, p['tau'] / (p['simulatedRows'] * p['dispersion']))], 1)
        return places, p['priceTerm'][prices], demand, offset, weight

    def steps(self, first, n):
        """Step size and share of the new iterate in the average, of iterations first + 1 ... first + n."""
        age = np.arange(first + 1, first + n + 1)
        s = self.p['step']
        return (s['first'] * (1 + age / s['hold']) ** -s['power']).tolist(), (4 / (age + 3)).tolist()


class NumPy:
    def __init__(self, p):
        self.draws = Draws(p)
        self.p = p
        self.rows = np.concatenate([p['design'], p['simulatorDesign']])
        self.gathered = np.empty((p['batch'] + p['simulatedRows'], p['columns']))
        self.reset()

    def reset(self):
        self.done = 0
        self.beta, self.average = np.zeros(self.p['columns']), np.zeros(self.p['columns'])

    def block(self, own, rows, prices):
        p, n, batch = self.p, len(own), self.p['batch']
        beta, average, every, x, preconditioner = self.beta, self.average, self.rows, self.gathered, p['preconditioner']
        ridge, prior = p['ridge'], p['priorMean']
        e, g, t = np.empty(len(x)), np.empty(len(beta)), np.empty(len(beta))
        price_column = x[batch:, 1]
        for place, h, y, o, w, step, share in zip(*self.draws.looked_up(own, rows, prices), *self.draws.steps(self.done, n)):
            every.take(place, 0, x, 'clip')
            price_column[:] = h
            np.dot(x, beta, e)
            np.add(e, o, e)
            np.exp(e, e)
            np.subtract(y, e, e)
            np.multiply(e, w, e)
            np.dot(e, x, g)
            np.subtract(prior, beta, t)
            np.multiply(t, ridge, t)
            np.add(g, t, g)
            np.dot(preconditioner, g, t)
            np.multiply(t, step, t)
            np.add(beta, t, beta)
            np.subtract(beta, average, t)
            np.multiply(t, share, t)
            np.add(average, t, average)
        self.done += n

    def run(self, n):
        for _ in range(n // BLOCK):
            self.block(*self.draws.fresh(BLOCK))

    def state(self):
        return dict(coefficients=self.beta.tolist(), average=self.average.tolist())


class PyTorch:
    """Gradient by hand under no_grad: autograd takes longer, and torch.compile three times as long (its checks on entry cost more than the arithmetic)."""

    def __init__(self, p):
        import torch
        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        self.torch, self.p, self.draws = torch, p, Draws(p)
        tensor = torch.from_numpy
        self.rows = tensor(np.concatenate([p['design'], p['simulatorDesign']]))
        self.preconditioner, self.ridge, self.prior = (tensor(p[k]) for k in ('preconditioner', 'ridge', 'priorMean'))
        self.gathered = torch.empty(p['batch'] + p['simulatedRows'], p['columns'], dtype=torch.float64)
        self.reset()

    def reset(self):
        self.done = 0
        self.beta, self.average = (self.torch.zeros(self.p['columns'], dtype=self.torch.float64) for _ in range(2))

    def block(self, own, rows, prices):
        torch, n = self.torch, len(own)
        beta, average, every, x, preconditioner, ridge, prior = self.beta, self.average, self.rows, self.gathered, self.preconditioner, self.ridge, self.prior
        price_column, transposed = x[self.p['batch']:, 1], x.t()
        e, g, t = (torch.empty(k, dtype=torch.float64) for k in (len(x), len(beta), len(beta)))
        looked_up = [torch.from_numpy(a).unbind() for a in self.draws.looked_up(own, rows, prices)]
        for place, h, y, o, w, step, share in zip(*looked_up, *self.draws.steps(self.done, n)):
            torch.index_select(every, 0, place, out=x)
            price_column.copy_(h)
            torch.addmv(o, x, beta, out=e)
            e.exp_()
            torch.sub(y, e, out=e)
            e.mul_(w)
            torch.mv(transposed, e, out=g)
            torch.sub(prior, beta, out=t)
            g.addcmul_(t, ridge)
            beta.addmv_(preconditioner, g, alpha=step)
            average.lerp_(beta, share)
        self.done += n

    run = NumPy.run
    state = NumPy.state


class ScikitLearn:
    """SGDRegressor.partial_fit has no log link: squared error on log y, no simulation, a plain step. Less work."""

    def __init__(self, p):
        from sklearn.linear_model import SGDRegressor
        self.p = p
        self.model = SGDRegressor()
        self.log = np.log(np.maximum(p['response'], 1e-3))
        self.random = np.random.default_rng(1)

    def run(self, n):
        p = self.p
        for _ in range(n // BLOCK):
            for rows in self.random.integers(0, p['ownRows'], (BLOCK, p['batch'] + p['simulatedRows'])):
                self.model.partial_fit(p['design'].take(rows, 0), self.log.take(rows))


def read(file):
    p = json.load(open(file))
    arrays = {k: np.array(v) for k, v in p.items() if isinstance(v, list)}
    for k in ('design', 'simulatorDesign', 'preconditioner'):
        arrays[k] = arrays[k].reshape(-1, p['columns'])
    return {**p, **arrays}


problem = read(sys.argv[1])
peers = {}
for name, peer in (('numpy', NumPy), ('sklearn', ScikitLearn), ('torch', PyTorch)):
    try:
        peers[name] = peer(problem)
    except ImportError:
        pass
print(json.dumps(dict(peers=list(peers))), flush=True)
for line in sys.stdin:
    order = json.loads(line)
    peer = peers[order['peer']]
    if 'own' in order:
        peer.reset()
        peer.block(*(np.array(order[k]) for k in ('own', 'rows', 'prices')))
        print(json.dumps(peer.state()), flush=True)
    else:
        started = time.process_time()
        peer.run(order['iterations'])
        print(json.dumps(dict(seconds=time.process_time() - started)), flush=True)
