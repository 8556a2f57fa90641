/**
 * A program in a real pseudo-terminal, made by `script` of util-linux: keys go in, what the screen was sent comes out.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

const version = spawnSync('script', ['--version'], { encoding: 'utf8' });
/** Why there can be no pseudo-terminal here; null where there can. */
export const NO_TERMINAL =
  version.error || !version.stdout.includes('util-linux')
    ? '`script` of util-linux is not installed (Debian: bsdutils)'
    : null;

export const KEYS = {
  enter: '\r',
  escape: '\u001b',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  interrupt: '\u0003',
} as const;

/** Longest wait for one answer on a busy machine. */
const PATIENCE_MS = 45_000;

export class Terminal {
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private output = '';
  private seen = 0;

  /** @param command a shell's command line */
  constructor(command: string, folder: string, environment: Readonly<Record<string, string>>, columns = 80) {
    this.child = spawn('script', ['-q', '-e', '-c', `stty cols ${columns} rows 40; exec ${command}`, '/dev/null'], {
      cwd: folder,
      env: { ...process.env, TERM: 'xterm', NO_COLOR: '1', ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    this.ended = once(this.child, 'exit');
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  press(keys: string): void {
    this.child.stdin?.write(keys);
  }

  /**
   * Waits for words that were not read before, and reads up to their end. @returns what was read @throws Error with the
   * screen's end when they do not come
   */
  async read(words: string): Promise<string> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const fresh = plain(this.output).slice(this.seen);
      const at = fresh.indexOf(words);
      if (at >= 0) {
        this.seen += at + words.length;
        return fresh.slice(0, at + words.length);
      }
      if (performance.now() > until || this.child.exitCode !== null)
        throw new Error(`«${words}» did not come; the screen ended with:\n${fresh.slice(-2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Everything so far, as text. */
  text(): string {
    return plain(this.output);
  }

  /** @returns the program's exit code */
  async exitCode(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }
}

/** Text without the sequences that move the cursor and colour; one that has not come whole is left for later. */
function plain(output: string): string {
  // biome-ignore-start lint/suspicious/noControlCharactersInRegex: terminals speak in them
  return output
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
    .replace(/\u001b[^A-Za-z]*$/, '')
    .replaceAll('\r', '');
  // biome-ignore-end lint/suspicious/noControlCharactersInRegex: terminals speak in them
}
