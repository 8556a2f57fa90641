/** `demanda serve`: opens a workspace to the browser and to programs, on this machine unless told otherwise. */

import { mkdtemp } from 'node:fs/promises';
import { getPriority, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isThisMachine } from '../api/hosts.ts';
import { buildServer } from '../api/server.ts';
import type { Lang } from '../core/vocabulary.ts';

import { DemandaError } from '../errors/demanda-error.ts';
import type { Translate } from '../i18n/messages.ts';
import { systemUser } from '../workspace/actors.ts';
import { chosenLocation, messageOf, Workspace } from '../workspace.ts';
import { optionsIn } from './arguments.ts';
import { fillDemoWorkspace } from './demo.ts';
import { say, sayJson, tell } from './output.ts';
import { type NetworkChoice, networkOptions } from './serve-network.ts';

/** Enough for a curve that falls and comes to rest, in seconds for twelve products. */
const DEMO_ITERATIONS = 1_500;

/**
 * Who looks on must not slow a training of the night: where both want a core, the training goes first. At 9 the server
 * gets an eighth of a contended core, and 200 requests a second beside a training keep within their bounds
 * (bench/README.md).
 */
const NICENESS = 9;

export interface ServeChoice extends NetworkChoice {
  /** What was told of where the workspace lies; with `demo` a temporary folder unless told. */
  readonly workspace?: string | undefined;
  readonly database?: string | undefined;
  readonly port: number;
  readonly demo: boolean;
}

type Server = Awaited<ReturnType<typeof buildServer>>['app'];

/** Serves until interrupted. @throws DemandaError SERVE_PORT_BUSY, SERVE_HOST, and what `networkOptions` throws */
export async function serve(
  choice: ServeChoice,
  lang: Lang,
  t: Translate,
  { json = false, quiet = false }: { json?: boolean; quiet?: boolean },
): Promise<void> {
  // On Linux this thread's and that of all it starts: before there are others. A process that is already nicer may not
  // be raised.
  if (getPriority() < NICENESS) setPriority(NICENESS);
  const { port, host, demo } = choice;
  const network = networkOptions(choice);
  const isTold = choice.workspace !== undefined || choice.database !== undefined;
  const { database, folder } =
    demo && !isTold
      ? { database: null, folder: await mkdtemp(join(tmpdir(), 'demanda-demo-')) }
      : chosenLocation(choice, process.env);
  const workspace = await Workspace.open(database ?? folder, { folder, lang, actor: systemUser('command') });
  const filling = new AbortController();
  let filled: Promise<void> | null = null;
  try {
    if (demo && (await workspace.overview.summary({})).total === 0) {
      if (!quiet) tell(`${t('serveDemo')}\n`);
      // The page may be looked at while the market's other models are trained.
      filled = (await fillDemoWorkspace(workspace, DEMO_ITERATIONS, filling.signal)).rest;
      filled.catch((error: unknown) => tell(`${messageOf(error, lang).message}\n`));
    }
    const { app } = await buildServer(workspace, { lang, port, ...network });
    await listen(app, { port, host });
    // From the first word on: who reads the link may end the server at once.
    const ended = interrupted();
    process.on('unhandledRejection', tellUnhandled);
    const local = await sayOpen(app, workspace, { host, network, json, lang, t });
    if (!quiet && !json && local) tell(`${t('serveOpenOnce')}\n`);
    if (!quiet && filled !== null) tell(`${t('serveDemoFills')}\n`);
    await ended;
    await app.close();
  } finally {
    process.off('unhandledRejection', tellUnhandled);
    filling.abort();
    // What went wrong was told when it did.
    await filled?.catch(() => {});
    await workspace.close();
  }
}

/** @throws DemandaError SERVE_PORT_BUSY, SERVE_HOST */
async function listen(app: Server, { port, host }: { readonly port: number; readonly host: string }): Promise<void> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    await app.close();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new DemandaError('SERVE_PORT_BUSY', { port }, { cause: error });
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EACCES')
      throw new DemandaError('SERVE_HOST', { host, port }, { cause: error });
    throw error;
  }
}

interface Opened {
  readonly host: string;
  readonly network: ReturnType<typeof networkOptions>;
  readonly json: boolean;
  readonly lang: Lang;
  readonly t: Translate;
}

/** Says where the dashboard is and how one enters. @returns whether only this machine reaches it */
async function sayOpen(app: Server, workspace: Workspace, { host, network, json, lang, t }: Opened): Promise<boolean> {
  const address = app.addresses()[0] as { port: number };
  const url = `http${network.tls ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${address.port}/`;
  const local = isThisMachine(host);
  const link = local ? `${url}?token=${workspace.access.newLinkToken()}` : null;
  const key = local ? null : await firstKey(workspace);
  const plain = local || network.tls || network.trustedProxies ? null : new DemandaError('SERVE_PLAIN', { host });
  const warnings =
    plain === null
      ? []
      : [
          {
            code: plain.code,
            message: optionsIn(plain.messageIn(lang), lang),
          },
        ];
  if (!json) for (const { message } of warnings) tell(`${message}\n`);
  if (json) {
    const { currency } = await workspace.settings();
    sayJson({ schema: 1, currency, url, link, key, folder: workspace.folder, warnings });
  } else if (link !== null) say(`${t('serveOpen', { url: link })}\n`);
  else say(`${key === null ? t('serveKeys', { url }) : t('serveKeyMade', { url, key })}\n`);
  return local;
}

/** Beyond this machine one enters by key: the first is made here. Null where there is one. */
async function firstKey(workspace: Workspace): Promise<string | null> {
  const caller = {
    actor: systemUser('command'),
    name: 'serve',
    scopes: ['admin'],
    merchant: null,
    keyId: null,
  } as const;
  const now = new Date().toISOString();
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<Workspace['access']['keys']>> = await workspace.access.keys(caller, {
      limit: 1_000,
      ...(cursor !== undefined && { cursor }),
    });
    const opens = page.items.some(
      (key) =>
        key.revokedAt === null &&
        (key.expiresAt === null || key.expiresAt > now) &&
        key.merchant === null &&
        key.scopes.includes('admin'),
    );
    if (opens) return null;
    cursor = page.nextCursor;
  }
  return (
    await workspace.access.makeKey(caller, { name: `serve ${now.slice(0, 19)}`, scopes: ['admin'], merchant: null })
  ).key;
}

/** A promise of a library that nobody waits for is told, and ends no server. */
function tellUnhandled(error: unknown): void {
  tell(`${error instanceof Error ? error.stack : String(error)}\n`);
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
