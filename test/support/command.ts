/**
 * The command line as a process of its own: run to its end, or watched so that a test can strike at a chosen moment.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

const ENTRY = join(import.meta.dirname, 'cli.ts');
const ENVIRONMENT = { ...process.env, LANG: 'C', NO_COLOR: '1' };

export interface Ended {
  readonly out: string;
  readonly err: string;
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Runs a command to its end. */
export function demanda(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Ended {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [ENTRY, ...args], {
    encoding: 'utf8',
    env: { ...ENVIRONMENT, ...environment },
  });
  return { out: stdout, err: stderr, code: status, signal };
}

type Told = { readonly out: string; readonly err: string; readonly code: number };

let commandProcess: { readonly port: MessagePort; readonly answered: Int32Array } | null = null;
/** One for all commands of a test file; it ends with the file's own process. */
function startedProcess(): NonNullable<typeof commandProcess> {
  if (commandProcess) return commandProcess;
  const { port1, port2 } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(4));
  new Worker(join(import.meta.dirname, 'commands-thread.ts'), {
    workerData: { port: port2, answered },
    transferList: [port2],
    execArgv: [],
  }).unref();
  port1.unref();
  commandProcess = { port: port1, answered };
  return commandProcess;
}

/** Runs commands one after another in one process, that of all such commands of a test file. */
export function demandas(commands: readonly (readonly string[])[]): Told[] {
  const { port, answered } = startedProcess();
  Atomics.store(answered, 0, 0);
  port.postMessage({ commands, env: ENVIRONMENT });
  // A command that hangs must not hang the test.
  const hung = Atomics.wait(answered, 0, 0, 120_000) === 'timed-out';
  const told = receiveMessageOnPort(port)?.message as Told[] | string | undefined;
  if (hung || told === undefined || typeof told === 'string')
    throw new RangeError(`the commands must all be run, but ${told ?? 'nothing came back'}`);
  return told;
}

/** What a training has acknowledged of a cell: its newest checkpoint, and whether its model is kept. */
export interface Acknowledged {
  readonly iteration: number;
  readonly ended: boolean;
}

/** A training under way. */
export interface WatchedTraining {
  readonly child: ChildProcess;
  /** "Merchant:Product" → what the process has said to be on disk. */
  readonly acknowledged: ReadonlyMap<string, Acknowledged>;
  /** Resolves at so many acknowledgements (checkpoints and models), or at the end of the process. */
  told(acknowledgements: number): Promise<void>;
  /** Resolves when each of so many cells has been acknowledged so many times, or at the end of the process. */
  toldOfEach(cells: number, acknowledgements: number): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts a command and follows what it says to have written. */
export function watchTraining(args: readonly string[], environment: NodeJS.ProcessEnv = {}): WatchedTraining {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...ENVIRONMENT, ...environment, NODE_DEBUG: 'demanda' },
  });
  let [out, err, rest] = ['', '', ''];
  let count = 0;
  const acknowledged = new Map<string, Acknowledged>();
  const times = new Map<string, number>();
  const waiting: { readonly reached: () => boolean; readonly go: () => void }[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() as string;
    for (const line of lines) {
      const told = /^DEMANDA \d+: (checkpoint|stopped|ended) (.+) (\d+)$/.exec(line);
      if (!told) {
        err += `${line}\n`;
        continue;
      }
      acknowledged.set(told[2] as string, { iteration: Number(told[3]), ended: told[1] === 'ended' });
      times.set(told[2] as string, (times.get(told[2] as string) ?? 0) + 1);
      count++;
    }
    for (const { reached, go } of waiting) if (reached()) go();
  });
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ out, err: err + rest, code, signal }));
  const until = (reached: () => boolean): Promise<void> =>
    Promise.race([ended.then(() => {}), new Promise<void>((go) => (reached() ? go() : waiting.push({ reached, go })))]);
  return {
    child,
    acknowledged,
    told: (at) => until(() => count >= at),
    toldOfEach: (cells, at) => until(() => [...times.values()].filter((n) => n >= at).length >= cells),
    ended,
  };
}
