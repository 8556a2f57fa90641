/** Settings, guardrails, API keys and the audit log. */

import type { FastifyRequest } from 'fastify';
import {
  auditList,
  auditQuery,
  columnsChange,
  done,
  guardrailsChange,
  guardrailsDocument,
  guardrailsQuery,
  keyId,
  keyList,
  madeKey,
  newKey,
  page,
  savedViews,
  settingsChange,
  settingsDocument,
  viewChange,
} from '../contract/api.ts';
import type { GuardrailSettings } from '../core/pricing/guardrails.ts';
import { callerOf } from './access.ts';
import { ADMIN, type Api, type ApiContext, READ, route } from './routes.ts';

export function settingsRoutes(app: Api, { of, desk, askerOf, langFor }: ApiContext): void {
  // long: a list of routes.
  const settings = async (request: FastifyRequest) => {
    const { country, currency, unit, timezone, lang } = await of(request).settings();
    return {
      schema: 1,
      currency,
      settings: { country, currency, unit: unit ?? '', timezone: timezone ?? '', lang: lang ?? null },
    };
  };
  app.get(
    '/api/settings',
    route('settings', 'Country, currency, unit and language', READ, { answer: settingsDocument }),
    settings,
  );
  app.put(
    '/api/settings',
    route(
      'settings',
      'Changes settings',
      { needs: 'admin', wholeWorkspace: true },
      { body: settingsChange, answer: settingsDocument },
    ),
    async (request) => {
      await desk.run(askerOf(request), 'setSettings', request.body);
      return settings(request);
    },
  );

  app.get(
    '/api/views',
    route('settings', 'Views of lists that were saved, and their columns', READ, { answer: savedViews }),
    (request) => {
      // They name merchants: whoever is bound to one sees none of them.
      if (callerOf(request).merchant === null) return of(request).views();
      return settings(request).then(({ schema, currency }) => ({ schema, currency, views: [], columns: {} }));
    },
  );
  const VIEWS = { needs: 'approve', wholeWorkspace: true } as const;
  app.put(
    '/api/views',
    route('settings', 'Saves or removes a view', VIEWS, { body: viewChange, answer: done }),
    async (request) => {
      await desk.run(askerOf(request), 'saveView', request.body);
      return { ok: true as const };
    },
  );
  app.put(
    '/api/views/columns',
    route('settings', 'Chooses the columns of a list', VIEWS, { body: columnsChange, answer: done }),
    async (request) => {
      await desk.run(askerOf(request), 'saveColumns', request.body.page, request.body.columns);
      return { ok: true as const };
    },
  );

  const scopeOf = ({ merchant, productType }: { merchant?: string; productType?: string }) => ({
    ...(merchant !== undefined && { merchant }),
    ...(productType !== undefined && { productType }),
  });
  app.get(
    '/api/guardrails',
    route('settings', 'Guardrails of the workspace, a merchant, a type, or a merchant’s type', READ, {
      query: guardrailsQuery,
      answer: guardrailsDocument,
    }),
    (request) => of(request).guardrailsAt(scopeOf(request.query)),
  );
  app.put(
    '/api/guardrails',
    route('settings', 'Changes guardrails at a scope', ADMIN, {
      query: guardrailsQuery,
      body: guardrailsChange,
      answer: guardrailsDocument,
    }),
    async (request) => {
      const scope = scopeOf(request.query);
      await desk.run(askerOf(request), 'setGuardrails', scope, request.body as Partial<GuardrailSettings>);
      return of(request).guardrailsAt(scope);
    },
  );

  app.get(
    '/api/keys',
    route('keys', 'API keys, without their secrets', ADMIN, { query: page, answer: keyList }),
    (request) => of(request).access.keys(callerOf(request), request.query),
  );
  app.post(
    '/api/keys',
    route(
      'keys',
      'Makes an API key; the key itself is shown this once, and a repeat of the request is told that it was made',
      ADMIN,
      {
        body: newKey,
        answer: madeKey,
        status: 201,
        answersSecret: true,
      },
    ),
    async (request, reply) => {
      reply.code(201);
      const id = request.operationId;
      return desk.run(askerOf(request), 'makeKey', callerOf(request), { ...request.body, ...(id !== null && { id }) });
    },
  );
  app.delete(
    '/api/keys/:id',
    route('keys', 'Revokes an API key and the sessions opened with it', ADMIN, { params: keyId, answer: done }),
    async (request) => {
      await desk.run(askerOf(request), 'revokeKey', callerOf(request), request.params.id);
      return { ok: true };
    },
  );
  app.get(
    '/api/audit',
    route('keys', 'What was decided and changed, by whom and when', ADMIN, {
      query: auditQuery,
      answer: auditList,
    }),
    (request) => {
      const { search, order, limit, cursor } = request.query;
      const asked = { limit, ...(cursor !== undefined && { cursor }) };
      return search === undefined
        ? of(request).access.audit(callerOf(request), asked, order)
        : desk.run(askerOf(request), 'searchAudit', callerOf(request), search, langFor(request), asked, order);
    },
  );
}
