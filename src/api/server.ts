/** The HTTP server of a workspace: plugins, the door, routes, refusals, and the web app behind them. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, {
  type FastifyInstance,
  type FastifyRequest,
  type FastifyServerOptions,
  type RouteOptions,
} from 'fastify';
import { jsonSchemaTransform, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { actorId } from '../contract/store/deed.ts';
import { visibleLines } from '../contract/visible-text.ts';
import type { Lang } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { documentOnPage } from '../workspace/page-sentences.ts';
import { messageOf, type Workspace } from '../workspace.ts';
import { guardDoor, rowsOf, unknownRoute } from './access.ts';
import { langOf, refuseUnparsed, sendError } from './answers.ts';
import { cellRoutes } from './cell-routes.ts';
import { competitorRoutes } from './competitor-routes.ts';
import { openDeskPool } from './desk-pool.ts';
import { experimentRoutes } from './experiment-routes.ts';
import { holdoutRoutes } from './holdout-routes.ts';
import { hostName, hostOf, isServedHost } from './hosts.ts';
import { answerRepeats } from './idempotency.ts';
import { importRoutes } from './import-routes.ts';
import { metricsRoute } from './metrics.ts';
import { nameRoutes } from './name-routes.ts';
import { portfolioRoutes } from './portfolio-routes.ts';
import { recommendationRoutes } from './recommendation-routes.ts';
import { type Api, type ApiContext, type Permission, READ } from './routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { stockRoutes } from './stock-routes.ts';
import { tableRoutes } from './table-routes.ts';
import { totalsRoutes } from './totals-routes.ts';
import { trainingRoutes } from './training-routes.ts';
import { keepWatch } from './watch-clock.ts';
import { watchRoutes } from './watch-routes.ts';
import { serveWebApp } from './web-app.ts';

export interface ServerOptions {
  /** Of the workspace; answers speak it where a request asks for neither language. */
  readonly lang: Lang;
  /** Names the cookie: two servers of one machine share its cookies whatever their ports. */
  readonly port: number;
  /** Requests a minute of one caller; 60,000 unless told. */
  readonly requestsPerMinute?: number;
  /** Names and addresses that are answered beside this machine's own, as one writes them in an address. */
  readonly hosts?: readonly string[];
  /** Addresses and networks of proxies whose X-Forwarded-For and -Proto are believed; nobody's unless told. */
  readonly trustedProxies?: readonly string[];
  /** PEM of a certificate and its key: HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string };
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
export async function buildServer(workspace: Workspace, options: ServerOptions): Promise<DemandaServer> {
  // long: a server is put together step by step.
  const { lang, port, requestsPerMinute = REQUESTS_PER_MINUTE, hosts = [], trustedProxies = [], tls } = options;
  const app = Fastify({
    ...(tls && { https: { ...tls } }),
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
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
  } as FastifyServerOptions).withTypeProvider<ZodTypeProvider>();
  const routes: ServedRoute[] = [];
  app.addHook('onRoute', ({ method, url, schema, config }) => {
    for (const each of [method].flat())
      if (each !== 'HEAD' && config?.permission)
        routes.push({ method: each, url, schema, permission: config.permission });
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  const served = new Set(hosts.map((host) => hostName(hostOf(host)) ?? host));
  app.addHook('onRequest', async (request) => {
    const { host } = request.headers;
    if (!isServedHost(host, served, request.socket.localAddress))
      throw new DemandaError('HOST_UNKNOWN', { host: (host ?? '').slice(0, 100) });
  });
  const access = {
    workspace,
    desk: openDeskPool(workspace.location),
    cookieName: `demanda_${port}`,
    version: (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
      .version,
    startedAt: performance.now(),
    langFor: (request: FastifyRequest) => langOf(request, lang),
    of: (request: FastifyRequest) => workspace.within(rowsOf(request.caller)),
    askerOf: (request: FastifyRequest) => ({
      lang: langOf(request, lang),
      actor: request.caller?.actor ?? null,
      merchant: rowsOf(request.caller),
    }),
  } satisfies Omit<ApiContext, 'repeats'>;
  const desk = access.desk;
  try {
    // A system that lets no thread start is told before anybody is let in.
    await endDeadTrainings(desk, lang);
  } catch (error) {
    await desk.close();
    throw error;
  }
  const watch = watchTrainings(desk, lang);
  const clock = keepWatch(desk, lang);
  app.addHook('onClose', async () => {
    watch.stop();
    clock.stop();
    await access.desk.close();
  });
  // What was kept of a training or an alert was said for the command line.
  app.addHook('preSerialization', async (request, _, document) => documentOnPage(document, access.langFor(request)));
  app.setErrorHandler((error, request, reply) =>
    sendError(error, request, reply, access.langFor(request), BODY_LIMIT_BYTES),
  );

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
    // It would bind every port of this name to https, of a machine's `localhost` too: for who owns the name to say, at
    // the proxy.
    hsts: false,
  });
  await app.register(cookie);
  guardDoor(app, access);
  await app.register(rateLimit, {
    max: (request) => (request.caller ? requestsPerMinute : STRANGER_REQUESTS_PER_MINUTE),
    timeWindow: 60_000,
    // A key and the sessions opened with it are one caller.
    keyGenerator: ({ caller, ip }) => (caller ? (caller.keyId ?? actorId(caller.actor)) : ip),
    errorResponseBuilder: (_, { ttl }) => new DemandaError('REQUESTS_TOO_MANY', { seconds: Math.ceil(ttl / 1000) }),
  });
  const context: ApiContext = { ...access, repeats: answerRepeats(app, access) };
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
  app.get('/openapi.json', { schema: { hide: true }, config: { permission: READ } }, async () => app.swagger());
  metricsRoute(app as unknown as FastifyInstance, workspace);
  await importRoutes(app as Api, context);
  for (const add of [
    ...[sessionRoutes, cellRoutes, nameRoutes, recommendationRoutes, portfolioRoutes],
    ...[experimentRoutes, holdoutRoutes, trainingRoutes, settingsRoutes, stockRoutes, competitorRoutes],
    ...[tableRoutes, totalsRoutes, watchRoutes],
  ])
    add(app as Api, context);
  await serveWebApp(app);
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request) => {
    throw unknownRoute(request, request.url);
  });
  await app.ready();
  return { app, routes };
}

/** A busy store is asked again with the next look. */
async function endDeadTrainings(desk: ApiContext['desk'], lang: Lang): Promise<void> {
  try {
    await desk.run({ lang, actor: null, merchant: null }, 'endDeadTrainings');
  } catch (error) {
    if (!(error instanceof DemandaError && error.code === 'STORE_BUSY')) throw error;
  }
}

/**
 * Looks now and then whether the processes of trainings still live, so that the overview does not show one that was
 * killed as running.
 *
 * @returns ends it
 */
function watchTrainings(desk: ApiContext['desk'], lang: Lang): { readonly stop: () => void } {
  let [looking, stopped] = [false, false];
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      await endDeadTrainings(desk, lang);
    } catch (error) {
      // A busy store is asked again with the next look; that a server which closes ends its threads is no failure.
      if (!stopped && !(error instanceof DemandaError && error.code === 'STORE_BUSY'))
        process.stderr.write(visibleLines(`${messageOf(error, lang).message}\n`));
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), LIVENESS_MS).unref();
  return {
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
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
