/**
 * Imports and previews of a server: files of strangers are read in processes of their own, a few at once, which can be
 * ended whatever they do. A merchant has one of them at a time, and those who wait take turns, so that none holds
 * another's.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DemandaError } from '../errors/demanda-error.ts';
import { environmentFor, type WorkspaceLocation } from '../workspace/location.ts';
import { verdictOf } from '../workspace/process-watch.ts';
import type { DeskAnswer, DeskOrder } from './desk.ts';
import type { ImportProcessMessage } from './import-process.ts';

/** At once: one that takes its time leaves room for the next merchant, and the next. */
const PROCESSES = 3;
/** For a process to start and open the workspace, on a machine that has much to do. */
const START_SECONDS = 60;

interface ImportBounds {
  /** Of one import or preview, from its start. */
  readonly seconds: number;
  /** Resident memory of its process. */
  readonly megabytes: number;
}

const IMPORT_BOUNDS: ImportBounds = { seconds: 180, megabytes: 512 };

interface Waiting {
  readonly order: DeskOrder;
  readonly resolve: (answer: DeskAnswer) => void;
  readonly reject: (error: Error) => void;
}

export class ImportProcesses {
  private readonly location: WorkspaceLocation;
  private readonly bounds: ImportBounds;
  /** Whose turn it is: merchants that wait, the one that had a turn last at the end. */
  private readonly waiting = new Map<string, Waiting[]>();
  private readonly served = new Set<string>();
  private readonly idle: ImportProcess[] = [];
  private readonly working = new Set<ImportProcess>();
  private closed = false;

  constructor(location: WorkspaceLocation, bounds: ImportBounds = IMPORT_BOUNDS) {
    this.location = location;
    this.bounds = bounds;
  }

  /**
   * @param merchant of the caller; null for one of the whole workspace; @throws DemandaError IMPORT_TOO_SLOW,
   * IMPORT_TOO_MUCH_MEMORY, IMPORT_STOPPED
   */
  run(merchant: string | null, order: DeskOrder): Promise<DeskAnswer> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new DemandaError('IMPORT_STOPPED', {}));
      const tenant = merchant === null ? 'workspace' : `merchant ${merchant}`;
      const queue = this.waiting.get(tenant) ?? [];
      queue.push({ order, resolve, reject });
      this.waiting.set(tenant, queue);
      this.next();
    });
  }

  /** Ends them all at once: what an import has not committed, the store has not. */
  close(): void {
    this.closed = true;
    const stopped = [...this.waiting.values()].flat();
    this.waiting.clear();
    for (const { reject } of stopped) reject(new DemandaError('IMPORT_STOPPED', {}));
    for (const process of [...this.working, ...this.idle]) process.kill();
  }

  private next(): void {
    for (const [tenant, queue] of [...this.waiting]) {
      if (this.closed || this.working.size >= PROCESSES) return;
      if (this.served.has(tenant)) continue;
      const waiting = queue.shift() as Waiting;
      this.waiting.delete(tenant);
      if (queue.length > 0) this.waiting.set(tenant, queue);
      void this.perform(tenant, waiting);
    }
  }

  private async perform(tenant: string, { order, resolve, reject }: Waiting): Promise<void> {
    const process = this.idle.pop() ?? new ImportProcess(this.location, this.bounds);
    this.served.add(tenant);
    this.working.add(process);
    try {
      const answer = await process.perform(order);
      // Its temporary tables keep the folder full, and could not be dropped without room: they go with the process.
      if (!answer.ok && answer.code === 'TEMP_DISK_FULL') process.retire();
      resolve(answer);
    } catch (error) {
      reject(this.closed ? new DemandaError('IMPORT_STOPPED', {}) : (error as Error));
    } finally {
      this.served.delete(tenant);
      this.working.delete(process);
      if (process.lives && !this.closed) this.idle.push(process);
      this.next();
    }
  }
}

/** One process, which does one order after another until it is ended. */
class ImportProcess {
  private readonly child: ChildProcess;
  private readonly bounds: ImportBounds;
  /** What it said before it ended itself. */
  private said = '';
  private file = '';
  private late = false;
  private timer: NodeJS.Timeout | undefined;
  private settle: { readonly resolve: (answer: DeskAnswer) => void; readonly reject: (error: Error) => void } | null =
    null;
  lives = true;

  constructor(location: WorkspaceLocation, bounds: ImportBounds) {
    this.bounds = bounds;
    const entry = fileURLToPath(
      new URL(`./import-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
    );
    this.child = fork(entry, [location.folder, String(bounds.megabytes)], {
      execArgv: [`--max-old-space-size=${Math.floor(bounds.megabytes / 2)}`],
      env: environmentFor(location),
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    });
    this.child.stdout?.on('data', (data: Buffer) => (this.said += data.toString('latin1').slice(0, 40)));
    this.child.on('message', (message) => this.hear(message as ImportProcessMessage));
    this.child.on('error', () => this.end(null));
    this.child.on('close', (_, signal) => this.end(signal));
  }

  /** @throws DemandaError IMPORT_TOO_SLOW, IMPORT_TOO_MUCH_MEMORY; Error when the process died of something else */
  async perform(order: DeskOrder): Promise<DeskAnswer> {
    this.file = '';
    this.restartTimer(START_SECONDS);
    try {
      return await new Promise<DeskAnswer>((resolve, reject) => {
        this.settle = { resolve, reject };
        if (!this.lives) return this.end(null);
        this.child.send(order, (error) => error && this.kill());
      });
    } finally {
      clearTimeout(this.timer);
      this.settle = null;
    }
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** It takes no further order. */
  retire(): void {
    this.lives = false;
    this.kill();
  }

  private restartTimer(seconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.late = true;
      this.kill();
    }, seconds * 1000);
  }

  private hear(message: ImportProcessMessage): void {
    if (message.kind === 'file') {
      // It begins to read now: what it took to start is not the file's.
      this.file = message.name;
      this.restartTimer(this.bounds.seconds);
    } else if (message.kind === 'answer') this.settle?.resolve(message.answer);
    else {
      this.settle?.reject(new Error(message.detail));
      // What it still does, nobody knows.
      this.kill();
    }
  }

  private end(signal: NodeJS.Signals | null): void {
    this.lives = false;
    const { file, bounds } = this;
    // V8 ends a process whose heap is full with SIGABRT (or a trap).
    const full = verdictOf(this.said).kind === 'large' || ['SIGABRT', 'SIGTRAP', 'SIGILL'].includes(signal ?? '');
    if (this.late) this.settle?.reject(new DemandaError('IMPORT_TOO_SLOW', { file, seconds: bounds.seconds }));
    else if (full) this.settle?.reject(new DemandaError('IMPORT_TOO_MUCH_MEMORY', { file, limit: bounds.megabytes }));
    else this.settle?.reject(new Error(`the process of an import ended (${signal ?? 'no signal'})`));
  }
}
