/** Recommendations and their workflow. */

import {
  batch,
  batchFile,
  batchId,
  exportRequest,
  outcome,
  recommendationId,
  recommendationItem,
  recommendationList,
  recommendationQuery,
  refresh,
  refreshed,
  transition,
  transitioned,
} from '../contract/api.ts';
import type { RecommendationChoice } from '../contract/service-store.ts';
import { callerOf } from './access.ts';
import { APPROVE, type Api, type ApiContext, READ, route } from './routes.ts';

/** Cells that are computed at once, on the quick thread; more wait behind imports. */
const FEW_CELLS = 10;

export function recommendationRoutes(app: Api, { workspace, desk, langFor }: ApiContext): void {
  app.get(
    '/api/recommendations',
    route('recommendations', 'Recommendations: by status, or the newest of every cell', READ, { query: recommendationQuery, answer: recommendationList }),
    (request) => {
      const { sort, limit, cursor, recommended, ...choice } = request.query;
      const wanted: RecommendationChoice = { ...choice, ...(recommended !== undefined && { recommended: recommended === 'true' }) };
      return workspace.recommendations.list(wanted, sort, { limit, ...(cursor !== undefined && { cursor }) });
    },
  );
  app.get(
    '/api/recommendations/:id',
    route('recommendations', 'One recommendation with what was decided about it', READ, { params: recommendationId, answer: recommendationItem }),
    (request) => workspace.recommendations.get(Number(request.params.id), callerOf(request).merchant),
  );
  app.get(
    '/api/recommendations/:id/outcome',
    route('recommendations', 'Expected against actual since the price became active', READ, { params: recommendationId, answer: outcome }),
    (request) => desk.run(langFor(request), 'outcome', Number(request.params.id), callerOf(request).merchant),
  );
  app.post(
    '/api/recommendations/refresh',
    route('recommendations', 'Computes recommendations anew, for chosen cells or all', READ, { body: refresh, answer: refreshed }),
    (request) => {
      const { merchant } = callerOf(request);
      const { cells, horizonDays } = request.body;
      const choice = {
        ...(cells ? { cells } : merchant !== null && { merchant }),
        ...(horizonDays !== undefined && { horizonDays }),
      };
      return desk.run(langFor(request), cells && cells.length <= FEW_CELLS ? 'refresh' : 'refreshMany', choice);
    },
  );
  app.post(
    '/api/recommendations/transition',
    route('recommendations', 'Reviews, approves, rejects or takes back, all or none', APPROVE, { body: transition, answer: transitioned }),
    (request) => desk.run(langFor(request), 'decide', callerOf(request), request.body),
  );
  app.post(
    '/api/recommendations/export',
    route('recommendations', 'Exports approved recommendations as one batch of price changes', APPROVE, { body: exportRequest, answer: batch }),
    (request) => desk.run(langFor(request), 'exportBatch', callerOf(request), request.body),
  );
  app.get('/api/recommendations/batches/:id', route('recommendations', 'A batch that was exported', READ, { params: batchId, answer: batch }), (request) =>
    workspace.recommendations.batch(request.params.id, callerOf(request).merchant),
  );
  app.get(
    '/api/recommendations/batches/:id/file',
    route('recommendations', 'The file of a batch: CSV, XLSX or JSON', READ, { params: batchId, query: batchFile, answer: null }),
    async (request, reply) => {
      const { type, bytes, name } = await desk.run(langFor(request), 'batchFile', request.params.id, callerOf(request).merchant, request.query.format);
      return reply.type(type).header('content-disposition', `attachment; filename="${name}"`).send(Buffer.from(bytes));
    },
  );
}
