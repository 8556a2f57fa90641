/** A request to every route of the router, about one merchant's things or nobody's: for tests that walk them all. */

import type { ServedRoute } from '../../src/api/server.ts';
import type { Workspace } from '../../src/workspace.ts';
import type { Client } from './served.ts';

/** Ids of one merchant's things, or of nobody's. */
export interface Things {
  readonly merchant: string;
  readonly product: string;
  readonly runId: string;
  readonly recommendation: string;
  readonly training: string;
  readonly experiment: string;
  readonly upload: string;
  /** An import that was made. */
  readonly imported: string;
  readonly batch: string;
  readonly keyId: string;
  readonly sessionId: string;
}

export const NOBODY: Things = {
  merchant: 'Nadie',
  product: 'Nada',
  runId: '00000000-0000-4000-8000-000000000000',
  recommendation: '999999',
  training: '00000000-0000-4000-8000-000000000000',
  experiment: '999999',
  upload: '00000000-0000-4000-8000-000000000000',
  imported: '00000000000000000',
  batch: 'no-such-batch',
  keyId: '00000000-0000-4000-8000-000000000000',
  sessionId: '00000000-0000-4000-8000-000000000000',
};

/** What goes into the parameters of a route: by the place that the route speaks of. */
function pathOf({ method, url }: ServedRoute, of: Things): string {
  const id = url.startsWith('/api/recommendations/batches')
    ? of.batch
    : url.startsWith('/api/recommendations')
      ? of.recommendation
      : url.startsWith('/api/trainings')
        ? of.training
        : url.startsWith('/api/experiments')
          ? of.experiment
          : url.startsWith('/api/imports')
            ? url.endsWith('/undo') || (method !== 'DELETE' && url.endsWith('/:id'))
              ? of.imported
              : of.upload
            : url.startsWith('/api/sessions')
              ? of.sessionId
              : of.keyId;
  const values: Readonly<Record<string, string>> = {
    merchant: of.merchant,
    product: of.product,
    runId: of.runId,
    id,
    kind: 'products',
  };
  return url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] as string));
}

/** Names of keys are given once. */
let keys = 0;

/** A body that the route understands, and the query that names the merchant where the path does not. */
export function requestOf(route: ServedRoute, of: Things): { path: string; body?: unknown } {
  const cells = [{ merchant: of.merchant, product: of.product }];
  const name = `${route.method} ${route.url}`;
  const bodies: Readonly<Record<string, unknown>> = {
    'POST /api/held-values/accept': { merchant: of.merchant, product: of.product },
    'PUT /api/histories/:runId/note': { tags: ['matriz'], note: 'nota' },
    'POST /api/models/:merchant/:product/alias': { alias: 'live', version: 1 },
    'POST /api/models/:merchant/:product/rollback': { version: 1 },
    // Another horizon than that of what is kept: a computation that kept its answer would show.
    'POST /api/recommendations/what-if': { cells, horizonDays: 13 },
    'POST /api/recommendations/refresh': { cells, horizonDays: 13 },
    'POST /api/portfolio': { merchant: of.merchant, horizon: 13 },
    'POST /api/portfolio/proposals': { merchant: of.merchant, horizon: 13 },
    'POST /api/promotions': { merchant: of.merchant, calendar: true, weeks: 4 },
    'PUT /api/portfolio/lines': { merchant: of.merchant, lines: [] },
    'POST /api/scenarios': { merchant: of.merchant, horizon: 13 },
    // A plan that moves no price: the matrix is about who may ask.
    'POST /api/scenarios/proposals': {
      ...{ merchant: of.merchant, horizon: 13, plans: [{ name: 'hoy', prices: [] }] },
      propose: 'hoy',
    },
    'POST /api/recommendations/transition': { ids: [of.recommendation], to: 'reviewed', expectedRevisions: {} },
    'POST /api/recommendations/export': { ids: [of.recommendation], activationDate: '2026-12-01' },
    // A training that is refused before it starts: the matrix is about who may ask.
    'POST /api/totals': { merchant: of.merchant, horizon: 7 },
    'POST /api/orders': { merchant: of.merchant, product: of.product, daysUntilDelivery: 1 },
    'POST /api/markdowns': { merchant: of.merchant, product: of.product, stock: 5, days: 1 },
    'POST /api/experiments/proposals': { merchant: of.merchant, product: of.product },
    // A test that has no room: the matrix is about who may ask.
    'POST /api/experiments': { merchant: of.merchant, product: of.product, size: 0.000_001, weeks: 2 },
    'POST /api/experiments/:id/stop': undefined,
    'POST /api/trainings': { cells, options: { iterations: 1 } },
    'POST /api/trainings/:id/stop': undefined,
    'POST /api/trainings/:id/retry': {},
    'POST /api/imports/:id/preview': {},
    'POST /api/imports/:id/commit': { skipBad: true },
    'POST /api/keys': { name: `matriz ${++keys}`, scopes: ['read'], merchant: of.merchant },
    'PUT /api/settings': { unit: 'kg' },
    'PUT /api/guardrails': { maxChange: 0.1 },
    // Tried out: what is named goes on having its name.
    'POST /api/names/:kind/rename': { from: of.product, into: 'otro nombre', merchant: of.merchant, dryRun: true },
    'POST /api/names/:kind/merge': { from: [of.product], into: of.product, merchant: of.merchant, dryRun: true },
    'POST /api/names/:kind/forget': { name: of.product, merchant: of.merchant },
    'POST /api/session': { token: 'not-a-token-at-all' },
  };
  const merchant = encodeURIComponent(of.merchant);
  const queries: Readonly<Record<string, string>> = {
    '/api/tables/orders': `?merchant=${merchant}&daysUntilDelivery=1`,
    '/api/compare': `?models=${encodeURIComponent(`${merchant}:${encodeURIComponent(of.product)},${merchant}:${encodeURIComponent(of.product)}`)}`,
  };
  const query = queries[route.url] ?? (isNamedInQuery(route) ? `?merchant=${merchant}` : '');
  return { path: `${pathOf(route, of)}${query}`, ...(bodies[name] !== undefined && { body: bodies[name] }) };
}

/** What the route itself declares: a list of such routes would miss the next one. */
function isNamedInQuery({ schema }: ServedRoute): boolean {
  return 'merchant' in ((schema?.querystring as { readonly shape?: object } | undefined)?.shape ?? {});
}

/** Routes that name a merchant or one of its things, and so have an owner; what is the whole workspace's has none. */
export function isOwned(route: ServedRoute): boolean {
  if (route.permission.wholeWorkspace) return false;
  const { path, body } = requestOf(route, {
    ...NOBODY,
    merchant: 'M-A',
    runId: 'M-A',
    recommendation: 'M-A',
    training: 'M-A',
    experiment: 'M-A',
    upload: 'M-A',
    imported: 'M-A',
    batch: 'M-A',
    keyId: 'M-A',
    sessionId: 'M-A',
  });
  return `${path}${JSON.stringify(body ?? '')}`.includes('M-A');
}

/** One of each thing that a merchant can have; the client is an administrator of it. */
export async function makeThings(owner: Client, workspace: Workspace, sessionKey: string): Promise<Things> {
  const { merchant, product } = (await owner('GET', '/api/overview')).json.items[0];
  const cell = { merchant, product };
  await workspace.train({ ...cell, iterations: 200, workers: 1 });
  await workspace.recommend({ ...cell, keep: true });
  const [run] = (await owner('GET', '/api/histories')).json.items;
  const { id, revision } = (await owner('GET', `/api/recommendations?product=${encodeURIComponent(product)}`)).json
    .items[0];
  await owner('POST', '/api/recommendations/transition', {
    ids: [id],
    to: 'approved',
    expectedRevisions: { [id]: revision },
  });
  const { batchId } = (await owner('POST', '/api/recommendations/export', { ids: [id], activationDate: '2026-12-01' }))
    .json;
  const form = new FormData();
  form.append('file', new Blob(['fecha,producto,kg,precio\n2026-01-01,Tomate,1,2\n']), 'ventas.csv');
  const upload = (await owner('POST', '/api/imports', form)).json.importId;
  const costs = new FormData();
  costs.append('file', new Blob(['fecha,producto,costo\n2001-01-01,Tomate,1\n']), 'costos.csv');
  const { importId } = (await owner('POST', '/api/imports', costs)).json;
  const { batchId: imported } = (await owner('POST', `/api/imports/${importId}/commit`, { kind: 'costs' })).json;
  const training = (await owner('POST', '/api/trainings', { cells: [cell], options: { iterations: 200 } })).json
    .trainingId;
  if (await workspace.queueFigures()) await workspace.work({ threads: 1, once: true });
  await ended(owner, training);
  const test = { ...cell, size: 0.08, weeks: 2 };
  const experiment = (await owner('POST', '/api/experiments', test)).json.id;
  const keyId = (await owner('POST', '/api/keys', { name: 'a revocar', scopes: ['read'] })).json.apiKey.id;
  await workspace.access.openSession({ key: sessionKey }, '127.0.0.1');
  const sessionId = (await owner('GET', '/api/sessions')).json.items[0].id;
  return {
    ...cell,
    runId: run.runId,
    recommendation: id,
    training,
    experiment,
    upload,
    imported,
    batch: batchId,
    keyId,
    sessionId,
  };
}

/** Waits until a training has ended. */
export async function ended(client: Client, training: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (
      ['done', 'failed', 'stopped'].includes((await client('GET', `/api/trainings/${training}`)).json.training.status)
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the training did not end in half a minute');
}
