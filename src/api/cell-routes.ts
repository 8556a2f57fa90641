/** Cells: the overview, one model's page, its versions, comparisons and error histories. */

import { createHash } from 'node:crypto';
import {
  aliasChange,
  cellName,
  cellView,
  compareDocument,
  compareQuery,
  coverage,
  coverageQuery,
  done,
  heldAccept,
  heldAccepted,
  heldList,
  heldQuery,
  historyAnalysis,
  historyDocument,
  historyQuery,
  marketPriceList,
  marketPriceQuery,
  merchantList,
  modelFile,
  modelQuery,
  overviewDistribution,
  overviewFilter,
  overviewList,
  overviewQuery,
  overviewSummary,
  page,
  productList,
  productQuery,
  rollback,
  runChoice,
  runGroups,
  runGroupsQuery,
  runId,
  runItem,
  runList,
  runNote,
  runQuery,
  triedSettings,
  versionList,
} from '../contract/api.ts';
import { csvCell } from '../contract/csv.ts';
import { MOST_COMPARED } from '../contract/limits.ts';
import type { RunChoice } from '../contract/store/runs.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { callerOf, requireOwn } from './access.ts';
import { AnswerCache } from './answer-cache.ts';
import { APPROVE, type Api, type ApiContext, READ, route, TRAIN } from './routes.ts';

/** Totals of 100,000 cells take a scan: they may be this old. */
const TOTALS_MS = 2_000;

export function cellRoutes(app: Api, { of, desk, askerOf }: ApiContext): void {
  // long: a list of routes.
  const views = new AnswerCache(200);
  const totals = new AnswerCache(100);

  app.get(
    '/api/merchants',
    route('cells', 'Merchants with the number of their products', READ, { query: page, answer: merchantList }),
    (request) => of(request).overview.merchants(callerOf(request).merchant, request.query),
  );
  app.get(
    '/api/products',
    route('cells', 'Products of all merchants or of one', READ, { query: productQuery, answer: productList }),
    (request) => of(request).overview.products(request.query.merchant ?? null, request.query),
  );

  app.get(
    '/api/overview',
    route('cells', 'Every cell at a glance: one light row each', READ, { query: overviewQuery, answer: overviewList }),
    (request) => {
      const { sort, order, limit, cursor, ...filter } = request.query;
      return of(request).overview.list(filter, sort, order, { limit, ...(cursor !== undefined && { cursor }) });
    },
  );
  app.get(
    '/api/overview/summary',
    route('cells', 'Totals over the cells that match', READ, { query: overviewFilter, answer: overviewSummary }),
    async (request, reply) => {
      const slot = Math.floor(Date.now() / TOTALS_MS);
      const key = JSON.stringify([slot, Object.entries(request.query).sort()]);
      return reply
        .type('application/json')
        .send(
          await totals.get(key, async () => JSON.stringify(await desk.run(askerOf(request), 'summary', request.query))),
        );
    },
  );
  app.get(
    '/api/overview/distribution',
    route('cells', 'How the models of the cells that match differ: errors and elasticities, counted', READ, {
      query: overviewFilter,
      answer: overviewDistribution,
    }),
    (request) => desk.run(askerOf(request), 'distribution', request.query),
  );
  app.get(
    '/api/coverage',
    route('data', 'Rows a month of every cell', READ, { query: coverageQuery, answer: coverage }),
    (request) => {
      const { limit, cursor, ...choice } = request.query;
      return of(request).overview.coverage(choice, { limit, ...(cursor !== undefined && { cursor }) });
    },
  );
  app.get(
    '/api/held-values',
    route('data', 'Values that are left out because they are far off those around them', READ, {
      query: heldQuery,
      answer: heldList,
    }),
    (request) => {
      const { merchant, product } = request.query;
      return of(request).overview.held(
        { ...(merchant !== undefined && { merchant }), ...(product !== undefined && { product }) },
        request.query,
      );
    },
  );
  app.post(
    '/api/held-values/accept',
    route('data', 'Counts held values of a cell after all: one, or all of them', TRAIN, {
      body: heldAccept,
      answer: heldAccepted,
    }),
    async (request) => ({ accepted: await desk.run(askerOf(request), 'acceptHeld', { ...request.body, exact: true }) }),
  );
  app.get(
    '/api/market-prices',
    route('data', 'Market prices that were imported', READ, { query: marketPriceQuery, answer: marketPriceList }),
    (request) => of(request).overview.marketPrices(request.query.name ?? null, request.query),
  );

  app.get(
    '/api/models/:merchant/:product',
    route('models', 'One model: curves, parts, observed days, recommendation, forecast', READ, {
      params: cellName,
      query: modelQuery,
      answer: cellView,
    }),
    async (request, reply) => {
      const { merchant, product } = request.params;
      // The view follows from the cell, its models, the settings and the day: while those stand, so does the answer.
      const state = [
        await of(request).overview.revision(merchant, product),
        await of(request).settings(),
        new Date().toISOString().slice(0, 10),
        request.query,
      ];
      const tag = `W/"${createHash('sha1').update(JSON.stringify(state)).digest('base64url')}"`;
      reply.header('etag', tag);
      if (request.headers['if-none-match'] === tag) return reply.code(304).send();
      const body = await views.get(JSON.stringify([merchant, product, tag]), async () =>
        JSON.stringify(await desk.run(askerOf(request), 'show', merchant, product, request.query)),
      );
      return reply.type('application/json').send(body);
    },
  );
  app.get(
    '/api/models/:merchant/:product/versions',
    route('models', 'Versions of a model with their aliases', READ, { params: cellName, answer: versionList }),
    async (request) => {
      const { models, ...header } = await desk.run(
        askerOf(request),
        'versions',
        request.params.merchant,
        request.params.product,
      );
      const items = await of(request).overview.withNotes(models);
      return { ...header, items, nextCursor: null };
    },
  );
  app.get(
    '/api/models/:merchant/:product/model.json',
    route('models', 'The model itself, for demanda/core', READ, { params: cellName, answer: modelFile }),
    (request) => desk.run(askerOf(request), 'exportModel', request.params.merchant, request.params.product),
  );
  app.post(
    '/api/models/:merchant/:product/alias',
    route('models', 'Moves an alias to a version', APPROVE, { params: cellName, body: aliasChange, answer: done }),
    async (request) => {
      const { merchant, product } = request.params;
      const { alias, version } = request.body;
      await desk.run(askerOf(request), 'setAlias', merchant, product, alias, version);
      return { ok: true };
    },
  );
  app.post(
    '/api/models/:merchant/:product/rollback',
    route('models', 'Goes back to the version before the live one, or to a named one', APPROVE, {
      params: cellName,
      body: rollback,
      answer: done,
    }),
    async (request) => {
      const { merchant, product } = request.params;
      // One step back, done again, would be two.
      if (request.begunBefore && request.body.version === undefined)
        throw new DemandaError('IDEMPOTENCY_OUTCOME_UNKNOWN', {});
      await desk.run(askerOf(request), 'rollback', merchant, product, request.body.version);
      return { ok: true };
    },
  );

  app.get(
    '/api/histories',
    route('histories', 'Runs with an error history, newest first unless another order is asked for', READ, {
      query: runQuery,
      answer: runList,
    }),
    (request) => {
      const { sort, order, limit, cursor } = request.query;
      const asked = { limit, ...(cursor !== undefined && { cursor }) };
      return sort === 'startedAt' && order === 'desc'
        ? of(request).overview.runs(chosenRuns(request.query), asked)
        : desk.run(askerOf(request), 'sortedRuns', chosenRuns(request.query), { sort, order }, asked);
    },
  );
  app.get(
    '/api/run-groups',
    route('histories', 'Runs put together, with the mean and the spread of their errors', READ, {
      query: runGroupsQuery,
      answer: runGroups,
    }),
    (request) => desk.run(askerOf(request), 'runGroups', chosenRuns(request.query), request.query.by),
  );
  app.get(
    '/api/tried-settings',
    route('histories', 'Which settings moved the error, by what the searches of all cells tried', READ, {
      query: runChoice,
      answer: triedSettings,
    }),
    (request) => desk.run(askerOf(request), 'settingsTried', chosenRuns(request.query)),
  );
  app.put(
    '/api/histories/:runId/note',
    route('histories', 'Writes tags and note of a run', TRAIN, { params: runId, body: runNote, answer: runNote }),
    async (request) => {
      const { tags, note } = await desk.run(askerOf(request), 'annotateRun', request.params.runId, request.body);
      return { tags: [...tags], note };
    },
  );
  app.get(
    '/api/histories/:runId/log.txt',
    route('histories', 'A run as text, with its failures', READ, { params: runId, answer: null }),
    async (request, reply) =>
      reply
        .type('text/plain; charset=utf-8')
        .header('content-disposition', `attachment; filename="${request.params.runId}.txt"`)
        .send(await desk.run(askerOf(request), 'runLog', request.params.runId)),
  );
  app.get(
    '/api/histories/:runId',
    route('histories', 'Every point of a run, column by column', READ, {
      params: runId,
      query: historyQuery,
      answer: historyDocument,
    }),
    (request) =>
      of(request).overview.history(request.params.runId, callerOf(request).merchant, request.query.metrics?.split(',')),
  );
  app.get(
    '/api/histories/:runId/run',
    route('histories', 'A run without its points', READ, { params: runId, answer: runItem }),
    (request) => of(request).overview.run(request.params.runId, callerOf(request).merchant),
  );
  app.get(
    '/api/histories/:runId/analysis',
    route('histories', 'What a history says: plateau, search rounds, advice', READ, {
      params: runId,
      answer: historyAnalysis,
    }),
    async (request) => {
      const run = await of(request).overview.run(request.params.runId, callerOf(request).merchant);
      return desk.run(askerOf(request), 'analyze', run.merchant, run.product, run.runId);
    },
  );
  app.get(
    '/api/histories/:runId.csv',
    route('histories', 'Every point of a run as CSV', READ, { params: runId, answer: null }),
    async (request, reply) => {
      const { iterations, metrics, run } = await of(request).overview.history(
        request.params.runId,
        callerOf(request).merchant,
      );
      const columns = Object.entries(metrics);
      const lines = [['iteration', ...columns.map(([name]) => csvCell(name))].join(',')];
      iterations.forEach((iteration, i) => {
        lines.push([iteration, ...columns.map(([, values]) => csvCell(values[i]))].join(','));
      });
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${run.runId}.csv"`)
        .send(`${lines.join('\n')}\n`);
    },
  );

  app.get(
    '/api/compare',
    route('models', 'Two to twenty models or runs side by side', READ, {
      query: compareQuery,
      answer: compareDocument,
    }),
    async (request) => {
      const { merchant } = callerOf(request);
      const names: { merchant: string; product: string; modelId?: string }[] = list(request.query.models).map(cellOf);
      for (const id of list(request.query.runs)) {
        const run = await of(request).overview.run(id, merchant);
        if (run.modelId === null)
          throw new DemandaError('MODEL_MISSING', { merchant: run.merchant, product: run.product });
        names.push({ merchant: run.merchant, product: run.product, modelId: run.modelId });
      }
      for (const name of names) requireOwn(name, merchant);
      if (names.length > MOST_COMPARED)
        throw new DemandaError('COMPARE_TOO_MANY', { most: MOST_COMPARED, count: names.length });
      return desk.run(askerOf(request), 'compare', names);
    },
  );
}

function chosenRuns({ merchant, product, status, search, tag }: RunChoice): RunChoice {
  return {
    ...(search !== undefined && { search }),
    ...(tag !== undefined && { tag }),
    ...(merchant !== undefined && { merchant }),
    ...(product !== undefined && { product }),
    ...(status !== undefined && { status }),
  };
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** `Merchant:Product`, each part encoded, so that either may hold a colon or a comma. */
function cellOf(text: string): { merchant: string; product: string } {
  const colon = text.indexOf(':');
  try {
    if (colon > 0)
      return { merchant: decodeURIComponent(text.slice(0, colon)), product: decodeURIComponent(text.slice(colon + 1)) };
  } catch {
    // A broken escape is no name: refused below.
  }
  throw new DemandaError('REQUEST_INVALID', { where: 'querystring.models', rule: 'Merchant:Product,Merchant:Product' });
}
