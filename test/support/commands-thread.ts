/** Keeps the process of commands.ts and hears its answers while the test's own thread waits for them. */

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type MessagePort, workerData } from 'node:worker_threads';

/** A command that hangs must not hang the test. */
const PATIENCE_MS = 100_000;

const { port, answered } = workerData as { readonly port: MessagePort; readonly answered: Int32Array };
let child: ChildProcess | null = null;

function answer(what: unknown): void {
  port.postMessage(what);
  Atomics.store(answered, 0, 1);
  Atomics.notify(answered, 0);
}

function started(env: NodeJS.ProcessEnv): ChildProcess {
  const fresh = fork(join(import.meta.dirname, 'commands.ts'), {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
    env,
  });
  fresh.on('exit', (code, signal) => {
    if (child === fresh) answer(`their process ended: ${signal ?? code}`);
    child = null;
  });
  return fresh;
}

port.on('message', ({ commands, env }: { commands: string[][]; env: NodeJS.ProcessEnv }) => {
  child ??= started(env);
  const hung = setTimeout(() => child?.kill('SIGKILL'), PATIENCE_MS);
  child.once('message', (ended) => {
    clearTimeout(hung);
    answer(ended);
  });
  child.send(commands);
});
