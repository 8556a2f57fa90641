/** The web app's files, and its page for every address that is not the API's: each state of the app has one. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { unknownRoute } from './access.ts';

const PERMISSION = { permission: { needs: 'public' } } as const;

/** The built app, beside the compiled server or in dist when the server runs from its source. */
function builtApp(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/web' : '../web', import.meta.url));
}

export async function serveWebApp(app: FastifyInstance): Promise<void> {
  const root = builtApp();
  const built = existsSync(`${root}/index.html`);
  if (built) {
    // Only what was built is there to be asked for: a path is looked up among the files' names, never on the disk.
    await app.register(fastifyStatic, { root, serve: false, preCompressed: true });
  }
  app.route({
    method: 'GET',
    url: '/*',
    schema: { hide: true },
    config: PERMISSION,
    handler: (request, reply) => {
      const path = (request.params as { '*': string })['*'];
      if (path === 'api' || path.startsWith('api/')) throw unknownRoute(request, `/${path}`);
      if (!built) return reply.code(503).type('text/plain; charset=utf-8').send('npm run build\n');
      if (/^assets\/[\w.-]+$/.test(path)) return reply.sendFile(path, { immutable: true, maxAge: '365d' });
      if (/^[\w-]+\.(svg|png|ico|webmanifest|txt)$/.test(path)) return reply.sendFile(path);
      return reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false });
    },
  });
}
