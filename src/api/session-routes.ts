/** Coming in and going out, and what is known of the server itself. */

import { done, health, session, signIn } from '../contract/api.ts';
import { Access } from '../workspace/access.ts';
import { type Api, type ApiContext, PUBLIC, route } from './routes.ts';

export function sessionRoutes(app: Api, { workspace, desk, cookieName, version, startedAt, langFor }: ApiContext): void {
  app.get('/api/health', route('service', 'Whether the server answers', PUBLIC, { answer: health }), async () => ({
    ok: true,
    version,
    seconds: (performance.now() - startedAt) / 1000,
  }));

  app.get('/api/session', route('session', 'Who the caller is and what the workspace speaks', PUBLIC, { answer: session }), async (request) => {
    const { caller, sessionSecret } = request;
    const { lang, currency, country, unit } = await workspace.settings();
    return {
      signedIn: caller !== null,
      scopes: caller?.scopes ?? [],
      merchant: caller?.merchant ?? null,
      name: caller?.name ?? null,
      lang: lang === 'es' || lang === 'en' ? lang : langFor(request),
      currency,
      country,
      unit: unit ?? '',
      version,
      csrfToken: sessionSecret === null ? null : Access.csrfTokenOf(sessionSecret),
    };
  });

  app.post(
    '/api/session',
    route('session', 'Opens a session: a one-time token or an API key for a cookie', PUBLIC, { body: signIn, answer: done }),
    async (request, reply) => {
      const { token } = request.body;
      const isKey = Access.isKey(token);
      // Links live where they were printed: in this process.
      if (!isKey) workspace.access.takeLinkToken(token);
      const { secret, expiresAt } = await desk.run(langFor(request), 'openSession', isKey ? { key: token } : 'link');
      reply.setCookie(cookieName, secret, {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: request.protocol === 'https',
        expires: new Date(expiresAt),
      });
      return { ok: true };
    },
  );

  app.delete('/api/session', route('session', 'Ends the session', { needs: 'read' }, { answer: done }), async (request, reply) => {
    if (request.sessionSecret !== null) await desk.run(langFor(request), 'endSession', request.sessionSecret);
    reply.clearCookie(cookieName, { path: '/' });
    return { ok: true };
  });
}
