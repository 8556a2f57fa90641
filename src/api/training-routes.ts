/** Trainings: started, watched as they run, stopped and gone on with. They run in processes of their own. */

import type { ServerResponse } from 'node:http';
import {
  newTraining,
  page,
  retryTraining,
  training,
  trainingDetail,
  trainingId,
  trainingList,
  trainingRetried,
  trainingStarted,
} from '../contract/api.ts';
import { typedWhole } from '../contract/typed-number.ts';
import { visibleLines } from '../contract/visible-text.ts';
import { TRAINING_UNDER_WAY } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { documentOnPage } from '../workspace/page-sentences.ts';
import { callerOf } from './access.ts';
import { type Api, type ApiContext, READ, route, TRAIN } from './routes.ts';

/** How often the store is asked what changed, while somebody watches. */
const LOOK_MS = 500;
/** Something is sent at least so often, so that proxies and browsers know that the line stands. */
const HEARTBEAT_MS = 15_000;
/** A stream whose reader may not have it any more is cut after this. */
const CLOSE_MS = 200;

export function trainingRoutes(app: Api, { of, desk, askerOf, langFor }: ApiContext): void {
  // long: a list of routes.
  const watchers = new Set<ServerResponse>();
  app.addHook('preClose', async () => {
    for (const watcher of watchers) watcher.end();
  });

  app.get(
    '/api/trainings',
    route('trainings', 'Trainings, newest first', READ, { query: page, answer: trainingList }),
    (request) => of(request).trainings.list(callerOf(request).merchant, request.query),
  );
  app.post(
    '/api/trainings',
    route('trainings', 'Starts a training of chosen cells, or of all', TRAIN, {
      body: newTraining,
      answer: trainingStarted,
      status: 202,
    }),
    async (request, reply) => {
      const started = await desk.run(
        askerOf(request),
        'startTraining',
        callerOf(request),
        request.body,
        langFor(request),
        request.operationId,
      );
      return reply.code(202).send({ trainingId: started });
    },
  );
  app.get(
    '/api/trainings/:id',
    route('trainings', 'A training and how far its cells are', READ, { params: trainingId, answer: trainingDetail }),
    (request) => of(request).trainings.get(request.params.id, callerOf(request).merchant),
  );
  app.post(
    '/api/trainings/:id/stop',
    route('trainings', 'Asks a training to stop; what it did is kept', TRAIN, { params: trainingId, answer: training }),
    (request) => desk.run(askerOf(request), 'stopTraining', request.params.id, callerOf(request).merchant),
  );
  app.post(
    '/api/trainings/:id/resume',
    route('trainings', 'Goes on with a stopped training', TRAIN, { params: trainingId, answer: training }),
    (request) => desk.run(askerOf(request), 'resumeTraining', request.params.id, callerOf(request).merchant),
  );

  app.post(
    '/api/trainings/:id/retry',
    route('trainings', 'Puts back what was given up of a training, on the queue of a database', TRAIN, {
      params: trainingId,
      body: retryTraining,
      answer: trainingRetried,
    }),
    (request) =>
      desk.run(
        askerOf(request),
        'retryTraining',
        request.params.id,
        callerOf(request).merchant,
        request.body.number ?? null,
      ),
  );

  app.get(
    '/api/trainings/:id/events',
    route(
      'trainings',
      'Server-sent events: `training` (its state) and `cell` (one cell’s progress); Last-Event-ID goes on behind it',
      READ,
      {
        params: trainingId,
        answer: null,
      },
    ),
    async (request, reply) => {
      const { id } = request.params;
      const caller = callerOf(request);
      const lang = langFor(request);
      const { merchant } = caller;
      const last = typedWhole(String(request.headers['last-event-id'] ?? ''));
      let seq = Number.isSafeInteger(last) ? last : 0;
      // An unknown training is refused before the stream begins.
      let changes = await of(request).trainings.changes(id, merchant, seq);
      // Who comes back after the end and missed nothing is told not to come again.
      if (seq > 0 && seq === changes.seq && !TRAINING_UNDER_WAY.includes(changes.training.status))
        return reply.code(204).send();
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      });
      watchers.add(raw);
      let open = true;
      raw.on('close', () => {
        open = false;
        watchers.delete(raw);
      });
      raw.write('retry: 1000\n\n');
      let told = '';
      let toldAt = performance.now();
      while (open && raw.writable) {
        for (const cell of changes.cells)
          raw.write(`event: cell\nid: ${cell.seq}\ndata: ${JSON.stringify(documentOnPage(cell, lang))}\n\n`);
        seq = changes.seq;
        const state = JSON.stringify(documentOnPage(changes.training, lang));
        if (state !== told) raw.write(`event: training\nid: ${seq}\ndata: ${state}\n\n`);
        if (state !== told || changes.cells.length > 0) toldAt = performance.now();
        else if (performance.now() - toldAt > HEARTBEAT_MS) {
          raw.write(': \n\n');
          toldAt = performance.now();
        }
        told = state;
        if (!TRAINING_UNDER_WAY.includes(changes.training.status) && changes.cells.length === 0) break;
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        if (!open) break;
        try {
          changes = await of(request).trainings.changes(id, merchant, seq);
          // Asked after what is to be sent was read: nothing is sent to who may not have it any more.
          if (!(await of(request).access.holds(caller))) {
            // A reader who is behind must not go on reading what waits for it.
            setTimeout(() => raw.destroy(), CLOSE_MS).unref();
            break;
          }
        } catch (error) {
          // The page asks again by itself, and is told then.
          if (!(error instanceof DemandaError)) process.stderr.write(visibleLines(`${String(error)}\n`));
          break;
        }
      }
      raw.end();
    },
  );
}
