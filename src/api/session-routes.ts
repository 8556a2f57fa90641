/** Coming in and going out, who else is in, and what is known of the server itself. */

import { done, health, page, session, sessionId, sessionList, sessionsEnded, signIn } from '../contract/api.ts';
import { isLang } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { Access } from '../workspace/access.ts';
import { callerOf } from './access.ts';
import { FailedSignIns } from './failed-sign-ins.ts';
import { plainAddress } from './hosts.ts';
import { ADMIN, type Api, type ApiContext, PUBLIC, READ, route } from './routes.ts';

export function sessionRoutes(
  // long: a list of routes.
  app: Api,
  { workspace, of, desk, cookieName, version, startedAt, askerOf, langFor }: ApiContext,
): void {
  app.get(
    '/api/health',
    route('service', 'Whether the server answers', PUBLIC, { answer: health }),
    async (request) => ({
      ok: true,
      ...(request.caller && { version, seconds: (performance.now() - startedAt) / 1000 }),
    }),
  );

  app.get(
    '/api/session',
    route('session', 'Who the caller is and what the workspace speaks', PUBLIC, { answer: session }),
    async (request) => {
      const { caller, sessionSecret } = request;
      const { lang, currency, country, unit } = await workspace.settings();
      return {
        signedIn: caller !== null,
        scopes: caller?.scopes ?? [],
        merchant: caller?.merchant ?? null,
        name: caller?.name ?? null,
        lang: isLang(lang) ? lang : langFor(request),
        // A stranger learns the language of the door and nothing of what is behind it; XXX is the code for no currency.
        ...(caller
          ? { currency, country, unit: unit ?? '', version }
          : { currency: 'XXX', country: '', unit: '', version: '' }),
        csrfToken: sessionSecret === null ? null : Access.csrfTokenOf(sessionSecret),
      };
    },
  );

  const failures = new FailedSignIns();
  app.post(
    '/api/session',
    route('session', 'Opens a session: a one-time token or an API key for a cookie', PUBLIC, {
      body: signIn,
      answer: done,
    }),
    async (request, reply) => {
      const { token } = request.body;
      const address = plainAddress(request.ip);
      failures.begin(address);
      let opened: Awaited<ReturnType<Access['openSession']>>;
      try {
        const isKey = Access.isKey(token);
        // Links live where they were printed: in this process.
        if (!isKey) workspace.access.takeLinkToken(token);
        opened = await desk.run(askerOf(request), 'openSession', isKey ? { key: token } : 'link', address);
      } catch (error) {
        if (error instanceof DemandaError && error.code === 'TOKEN_INVALID')
          await desk.run(askerOf(request), 'refuseSession', address);
        else failures.takeBack(address);
        throw error;
      }
      failures.takeBack(address);
      const secure = request.protocol === 'https';
      reply.setCookie(secure ? `__Host-${cookieName}` : cookieName, opened.secret, {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure,
        expires: new Date(opened.expiresAt),
      });
      return { ok: true };
    },
  );

  app.delete('/api/session', route('session', 'Ends the session', READ, { answer: done }), async (request, reply) => {
    const caller = callerOf(request);
    if (request.sessionSecret !== null) await desk.run(askerOf(request), 'endSession', caller, caller.actor.id);
    reply.clearCookie(cookieName, { path: '/' }).clearCookie(`__Host-${cookieName}`, { path: '/', secure: true });
    return { ok: true };
  });

  app.get(
    '/api/sessions',
    route('session', 'Browsers that are signed in, newest first', ADMIN, { query: page, answer: sessionList }),
    (request) => of(request).access.sessions(callerOf(request), request.query),
  );
  app.delete(
    '/api/sessions',
    route('session', 'Ends every session but the one that asks', ADMIN, { answer: sessionsEnded }),
    async (request) => ({
      ended: await desk.run(askerOf(request), 'endOtherSessions', callerOf(request)),
    }),
  );
  app.delete(
    '/api/sessions/:id',
    route('session', 'Ends a session', ADMIN, { params: sessionId, answer: done }),
    async (request) => {
      await desk.run(askerOf(request), 'endSession', callerOf(request), request.params.id);
      return { ok: true };
    },
  );
}
