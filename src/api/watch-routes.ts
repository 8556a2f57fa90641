/** Keeping watch: what was found and done, and where alerts go. */

import { alertsChange, alertsChanged, alertsDocument, alertTest, deliveryList } from '../contract/alerts.ts';
import { done, page } from '../contract/api.ts';
import { watchChange, watchStart, watchState } from '../contract/watch.ts';
import { callerOf } from './access.ts';
import { type Api, type ApiContext, type Permission, READ, route } from './routes.ts';

const WHOLE_TRAIN: Permission = { needs: 'train', wholeWorkspace: true };
const WHOLE_ADMIN: Permission = { needs: 'admin', wholeWorkspace: true };

export function watchRoutes(app: Api, { of, desk, askerOf }: ApiContext): void {
  app.get(
    '/api/watch',
    route('watch', 'What was found and done of models, newest first', READ, { answer: watchState }),
    (request) => of(request).watch.state(callerOf(request).merchant),
  );
  app.post(
    '/api/watch',
    route('watch', 'Starts a look at all models: they are brought up to date or trained again', WHOLE_TRAIN, {
      body: watchStart,
      answer: done,
      status: 202,
    }),
    async (request, reply) => {
      await desk.run(askerOf(request), 'startWatch', request.body.full ?? false);
      return reply.code(202).send({ ok: true });
    },
  );
  app.put(
    '/api/watch',
    route('watch', 'Sets how often the server looks by itself', WHOLE_ADMIN, { body: watchChange, answer: done }),
    async (request) => {
      await desk.run(askerOf(request), 'setWatchEvery', request.body.every);
      return { ok: true };
    },
  );
  app.get(
    '/api/alerts',
    route('watch', 'Where alerts go, without their secrets', WHOLE_ADMIN, { answer: alertsDocument }),
    (request) => of(request).alerts.show(),
  );
  app.put(
    '/api/alerts',
    route('watch', 'Changes where alerts go; a new secret of the webhook is shown this once', WHOLE_ADMIN, {
      body: alertsChange,
      answer: alertsChanged,
      answersSecret: true,
    }),
    (request) => desk.run(askerOf(request), 'changeAlerts', request.body),
  );
  app.post(
    '/api/alerts/test',
    route('watch', 'Sends a test to every place; a draft is tried as if it were saved, and is not', WHOLE_ADMIN, {
      body: alertsChange.nullish(),
      answer: alertTest,
    }),
    (request) => desk.run(askerOf(request), 'testAlerts', request.body ?? {}),
  );
  app.get(
    '/api/alerts/deliveries',
    route('watch', 'What was sent, and what waits', WHOLE_ADMIN, { query: page, answer: deliveryList }),
    (request) => of(request).alerts.deliveries(request.query),
  );
}
