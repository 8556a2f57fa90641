/** Recommendations and their workflow. */

import type { z } from 'zod';
import {
  batch,
  batchFile,
  batchId,
  batchQuery,
  exportRequest,
  outcome,
  outcomes,
  outcomesQuery,
  recommendationFilter,
  recommendationId,
  recommendationItem,
  recommendationList,
  recommendationQuery,
  recommendationTotals,
  refresh,
  refreshed,
  transition,
  transitioned,
  whatIf,
  whatIfAnswer,
} from '../contract/api.ts';
import type { RecommendationChoice } from '../contract/store/recommendations.ts';
import type { OutcomesChoice } from '../workspace/outcomes.ts';
import type { WhatIfChoice } from '../workspace/recommendations.ts';
import { callerOf } from './access.ts';
import { APPROVE, type Api, type ApiContext, READ, route } from './routes.ts';
import { inLanguage, sendFile } from './send-file.ts';

/** Cells that are computed at once, on the quick thread; more wait behind imports. */
const FEW_CELLS = 10;

function choiceOf({ recommended, ...choice }: z.infer<typeof recommendationFilter>): RecommendationChoice {
  return { ...choice, ...(recommended !== undefined && { recommended: recommended === 'true' }) };
}

export function recommendationRoutes(app: Api, { of, desk, askerOf }: ApiContext): void {
  // long: a list of routes.
  app.get(
    '/api/recommendations',
    route('recommendations', 'Recommendations: by status, or the newest of every cell', READ, {
      query: recommendationQuery,
      answer: recommendationList,
    }),
    (request) => {
      const { sort, order, limit, cursor, ...choice } = request.query;
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      return of(request).recommendations.list(choiceOf(choice), sort, page, order);
    },
  );
  app.get(
    '/api/recommendations/totals',
    route(
      'recommendations',
      'What the recommendations that match come to: how many, their gain, the largest change',
      READ,
      {
        query: recommendationFilter,
        answer: recommendationTotals,
      },
    ),
    (request) => desk.run(askerOf(request), 'recommendationTotals', choiceOf(request.query)),
  );
  app.get(
    '/api/recommendations/outcomes',
    route('recommendations', 'What exported prices earned: each, and all together', READ, {
      query: outcomesQuery,
      answer: outcomes,
    }),
    (request) => desk.run(askerOf(request), 'outcomes', request.query as OutcomesChoice),
  );
  app.get(
    '/api/recommendations/:id',
    route('recommendations', 'One recommendation with what was decided about it', READ, {
      params: recommendationId,
      answer: recommendationItem,
    }),
    (request) => of(request).recommendations.get(Number(request.params.id), callerOf(request).merchant),
  );
  app.get(
    '/api/recommendations/:id/outcome',
    route('recommendations', 'Expected against actual since the price became active', READ, {
      params: recommendationId,
      answer: outcome,
    }),
    (request) => desk.run(askerOf(request), 'outcome', Number(request.params.id), callerOf(request).merchant),
  );
  app.post(
    '/api/recommendations/what-if',
    route(
      'recommendations',
      'Computes prices under other guardrails or days; an answer, of which nothing is kept',
      READ,
      {
        body: whatIf,
        answer: whatIfAnswer,
      },
    ),
    (request) =>
      desk.run(
        askerOf(request),
        request.body.cells.length <= FEW_CELLS ? 'whatIf' : 'whatIfMany',
        request.body as WhatIfChoice,
      ),
  );
  app.post(
    '/api/recommendations/refresh',
    // It ends proposals that others look at, and rejections: for those who decide on prices. Trainings propose by
    // themselves when they end.
    route('recommendations', 'Computes recommendations anew, for chosen cells or all, and proposes them', APPROVE, {
      body: refresh,
      answer: refreshed,
    }),
    (request) => {
      const { merchant } = callerOf(request);
      const { cells, ...how } = request.body;
      const choice = { ...how, ...(cells ? { cells } : merchant !== null && { merchant }) };
      return desk.run(askerOf(request), cells && cells.length <= FEW_CELLS ? 'refresh' : 'refreshMany', choice);
    },
  );
  app.post(
    '/api/recommendations/transition',
    route('recommendations', 'Reviews, approves, rejects or takes back, all or none', APPROVE, {
      body: transition,
      answer: transitioned,
    }),
    (request) => {
      const { matching, ...how } = request.body;
      if (matching === undefined) return desk.run(askerOf(request), 'decide', callerOf(request), how);
      const { count, mark, ...choice } = matching;
      const all = { ...choiceOf(choice), count, mark };
      return desk.run(askerOf(request), 'decide', callerOf(request), { ...how, matching: all });
    },
  );
  app.post(
    '/api/recommendations/export',
    route('recommendations', 'Exports approved recommendations as one batch of price changes', APPROVE, {
      body: exportRequest,
      answer: batch,
    }),
    (request) => {
      // Repeated after a crash, it is the same batch.
      const batchId = request.body.batchId ?? request.operationId;
      return desk.run(askerOf(request), 'exportBatch', callerOf(request), {
        ...request.body,
        ...(batchId !== null && { batchId }),
      });
    },
  );
  app.get(
    '/api/recommendations/batches/:id',
    route('recommendations', 'A batch that was exported', READ, { params: batchId, query: batchQuery, answer: batch }),
    (request) =>
      of(request).recommendations.batch(request.params.id, request.query.merchant ?? callerOf(request).merchant),
  );
  app.get(
    '/api/recommendations/batches/:id/file',
    route(
      'recommendations',
      'The file of a batch: CSV, XLSX, Parquet, JSON, lines for a till, or labels to print',
      READ,
      {
        params: batchId,
        query: batchFile,
        answer: null,
      },
    ),
    async (request, reply) => {
      const { format, style, lang, merchant = callerOf(request).merchant } = request.query;
      const asker = inLanguage(askerOf(request), lang);
      const view = { style, lang: asker.lang, ...(format !== undefined && { format }) };
      return sendFile(reply, await desk.run(asker, 'batchFile', request.params.id, merchant, view));
    },
  );
}
