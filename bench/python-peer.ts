/** A peer in Python that answers one line of JSON with another, on one thread. */

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PYTHON = process.env.DEMANDA_PYTHON ?? 'python3';

export interface PythonPeer {
  /** Names of what could be imported. */
  readonly peers: readonly string[];
  ask<T>(order: unknown): Promise<T>;
  close(): void;
}

/**
 * @param script in bench/peers; @param problem its only argument, as a file. Null, with the reason printed, when that
 * Python has no NumPy.
 */
export async function startPeer(script: string, problem: unknown): Promise<PythonPeer | null> {
  // Settings that pick another BLAS kernel than NumPy would for this processor are left out.
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...inherited } = process.env;
  const env = { ...inherited, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  if (spawnSync(PYTHON, ['-c', 'import numpy'], { env }).status !== 0) {
    console.log(
      `peers not run: ${PYTHON} has no numpy (name a Python that has numpy, scikit-learn and torch by DEMANDA_PYTHON)`,
    );
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), 'demanda-peer-'));
  const file = join(folder, 'problem.json');
  writeFileSync(
    file,
    JSON.stringify(problem, (_key, value) => (value instanceof Float64Array ? Array.from(value) : value)),
  );
  const python = spawn(PYTHON, [join(import.meta.dirname, 'peers', script), file], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const answer = await answers.next();
    if (answer.done) throw new Error(`${script} ended without an answer`);
    return JSON.parse(answer.value) as T;
  };
  const { peers } = await next<{ peers: string[] }>();
  return {
    peers,
    ask: (order) => {
      python.stdin.write(`${JSON.stringify(order)}\n`);
      return next();
    },
    close: () => {
      python.stdin.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
