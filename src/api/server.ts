/** The HTTP server of a workspace: plugins, the door, routes, refusals, and the web app behind them. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify';
import { jsonSchemaTransform, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { DemandaError } from '../errors.ts';
import type { Workspace } from '../workspace.ts';
import { guardDoor, type Permission } from './access.ts';
import { type Lang, langOf, refuseUnparsed, sendError } from './answers.ts';
import { cellRoutes } from './cell-routes.ts';
import { openDeskPool } from './desk-pool.ts';
import { answerRepeats } from './idempotency.ts';
import { importRoutes } from './import-routes.ts';
import { metricsRoute } from './metrics.ts';
import { recommendationRoutes } from './recommendation-routes.ts';
import type { Api, ApiContext } from './routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { trainingRoutes } from './training-routes.ts';
import { serveWebApp } from './web-app.ts';

export interface ServerOptions {
  /** Of the workspace; answers speak it where a request asks for neither language. */
  readonly lang: Lang;
  /** Names the cookie: two servers of one machine share its cookies whatever their ports. */
  readonly port: number;
  /** Requests a minute of one caller; 60,000 unless told. */
  readonly requestsPerMinute?: number;
}

/** JSON that a request may carry; files come another way. */
const BODY_LIMIT_BYTES = 8 * 1_048_576;
const REQUESTS_PER_MINUTE = 60_000;
const LIVENESS_MS = 2_000;
/** Of an address that has not signed in. */
const STRANGER_REQUESTS_PER_MINUTE = 600;

export interface ServedRoute {
  readonly method: string;
  readonly url: string;
  readonly permission: Permission;
  readonly schema: RouteOptions['schema'];
}

export interface DemandaServer {
  readonly app: FastifyInstance;
  /** Every route there is, for those who check them all. */
  readonly routes: readonly ServedRoute[];
}

/** A server that is ready to listen; closing it closes its threads, not the workspace. */
export async function buildServer(workspace: Workspace, { lang, port, requestsPerMinute = REQUESTS_PER_MINUTE }: ServerOptions): Promise<DemandaServer> {
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    // A name may have 500 characters, each of up to 12 once encoded.
    routerOptions: { maxParamLength: 6_000 },
    forceCloseConnections: true,
    clientErrorHandler: (error, socket) => {
      if (socket.writable && (error as NodeJS.ErrnoException).code !== 'ECONNRESET') socket.write(refuseUnparsed(lang));
      socket.destroy();
    },
    frameworkErrors: (error, request, reply) => {
      sendError(error, request as never, reply as never, lang, BODY_LIMIT_BYTES);
    },
  }).withTypeProvider<ZodTypeProvider>();
  const routes: ServedRoute[] = [];
  app.addHook('onRoute', ({ method, url, schema, config }) => {
    for (const each of [method].flat()) if (each !== 'HEAD' && config?.permission) routes.push({ method: each, url, schema, permission: config.permission });
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  const context: ApiContext = {
    workspace,
    desk: openDeskPool(workspace.folder),
    cookieName: `demanda_${port}`,
    version: (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version,
    startedAt: performance.now(),
    langFor: (request) => langOf(request, lang),
  };
  const watch = watchTrainings(context.desk, lang);
  app.addHook('onClose', async () => {
    clearInterval(watch);
    await context.desk.close();
  });
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, context.langFor(request), BODY_LIMIT_BYTES));

  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        fontSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whether the outside is https is for the proxy that makes it so to say.
    hsts: false,
  });
  await app.register(cookie);
  guardDoor(app, workspace, context.cookieName);
  await app.register(rateLimit, {
    max: (request) => (request.caller ? requestsPerMinute : STRANGER_REQUESTS_PER_MINUTE),
    timeWindow: 60_000,
    keyGenerator: (request) => (request.caller ? (request.caller.keyId ?? request.sessionSecret ?? request.ip) : request.ip),
    errorResponseBuilder: (_, { ttl }) => new DemandaError('REQUESTS_TOO_MANY', { seconds: Math.ceil(ttl / 1000) }),
  });
  answerRepeats(app, context);
  tagAnswers(app);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'demanda',
        version: context.version,
        description:
          'Demand models and prices of a workspace. Sign in with the one-time link (cookie) or an API key (Authorization: Bearer dk_…). Lists take ?limit= and ?cursor=, writes take Idempotency-Key; messages follow Accept-Language.',
      },
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: context.cookieName },
        },
      },
      security: [{ key: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
  });
  app.get('/openapi.json', { schema: { hide: true }, config: { permission: { needs: 'public' } } }, async () => app.swagger());
  metricsRoute(app as unknown as FastifyInstance);
  await importRoutes(app as Api, context);
  for (const add of [sessionRoutes, cellRoutes, recommendationRoutes, trainingRoutes, settingsRoutes]) add(app as Api, context);
  await serveWebApp(app);
  app.setNotFoundHandler((request, reply) => {
    sendError(new DemandaError('ROUTE_UNKNOWN', { path: request.url.slice(0, 200) }), request, reply, context.langFor(request), BODY_LIMIT_BYTES);
  });
  await app.ready();
  return { app, routes };
}

/** Looks now and then whether the processes of trainings still live, so that the overview does not show one that was killed as running. */
function watchTrainings(desk: ApiContext['desk'], lang: Lang): NodeJS.Timeout {
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      await desk.run(lang, 'endDeadTrainings');
    } catch (error) {
      // A busy store is asked again with the next look.
      if (!(error instanceof DemandaError && error.code === 'STORE_BUSY')) process.stderr.write(`${String(error)}\n`);
    } finally {
      looking = false;
    }
  };
  void look();
  return setInterval(() => void look(), LIVENESS_MS).unref();
}

/** Answers of reads carry an ETag; who has the same already gets 304. */
function tagAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
    if (!request.url.startsWith('/api/')) return payload;
    reply.header('cache-control', 'private, no-cache');
    let tag = reply.getHeader('etag') as string | undefined;
    if (tag === undefined) {
      tag = `W/"${createHash('sha1').update(payload).digest('base64url')}"`;
      reply.header('etag', tag);
    }
    if (request.headers['if-none-match'] !== tag) return payload;
    reply.code(304);
    return null;
  });
}
