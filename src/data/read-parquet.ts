/**
 * Parquet files, decoded in a process of their own: its decoder believes what pages claim, so that a few bytes may take
 * all memory, loop for hours or throw when nobody listens. None of it reaches who asks.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DemandaError, type ErrorCode } from '../errors/demanda-error.ts';
import type { ParquetMessage, ParquetRequest } from './parquet-process.ts';
import { verdictOf } from './process-watch.ts';
import { readFailure } from './read-failure.ts';
import type { ReadLimits } from './read-limits.ts';
import type { FileRecord, RecordSource } from './records.ts';
import type { Cell } from './values.ts';

/** Beyond this no row group may take the process. */
const MOST_MEGABYTES = 1_536;

export interface ParquetSource extends RecordSource {
  readonly headers: readonly string[];
  /** Column → IANA zone in which its times in UTC were made, of those where the file says so. */
  readonly zones: Readonly<Record<string, string>>;
  readonly total: number;
}

/** How a file is opened. */
interface ParquetOptions {
  /** A process that has read other files; it is left open. One of the file's own unless told. */
  readonly decoder?: ParquetDecoder;
  /** Columns that are wanted; cells of the others are undefined. */
  readonly columns?: readonly string[] | null;
}

export async function openParquet(
  file: string,
  limits: ReadLimits,
  { decoder: shared, columns: wanted = null }: ParquetOptions = {},
): Promise<ParquetSource> {
  const decoder = shared ?? new ParquetDecoder(limits);
  const close = (): void => {
    if (!shared) decoder.close();
  };
  const first = await decoder.open(file, wanted);
  if (first.kind !== 'headers') {
    decoder.close();
    throw new DemandaError('IMPORT_UNREADABLE', { file });
  }
  const { headers, zones, total } = first;
  async function* batches(): AsyncGenerator<readonly FileRecord[]> {
    try {
      let line = 0;
      for (let piece = await decoder.next(); piece.kind === 'rows'; piece = await decoder.next()) {
        const { columns, rows } = piece;
        yield Array.from({ length: rows }, (_, i) => ({
          line: ++line,
          cells: columns.map((column) => column[i] as Cell),
        }));
      }
    } finally {
      close();
    }
  }
  return { headers, zones, total, batches: batches(), close };
}

/** A process that decodes files, one after another. */
export class ParquetDecoder {
  /** That was opened last. */
  private file = '';
  private readonly child: ChildProcess;
  /** What the process said before it was ended by itself. */
  private said = '';
  private settle: ((message: ParquetMessage | null, signal: NodeJS.Signals | null) => void) | null = null;
  private ended: { readonly signal: NodeJS.Signals | null } | null = null;

  constructor(limits: ReadLimits) {
    const entry = fileURLToPath(
      new URL(`./parquet-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
    );
    this.child = fork(entry, [JSON.stringify(limits), String(MOST_MEGABYTES)], {
      // A small nursery: left to itself it grows with every row group until many honest files, or one of many small
      // groups, take more than the bound of one.
      execArgv: [`--max-old-space-size=${MOST_MEGABYTES}`, '--max-semi-space-size=4'],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    });
    this.child.stdout?.on('data', (data: Buffer) => (this.said += data.toString('latin1').slice(0, 40)));
    this.child.on('message', (message) => this.settle?.(message as ParquetMessage, null));
    this.child.on('error', () => this.end(null));
    this.child.on('close', (_, signal) => this.end(signal));
    this.hold(false);
  }

  /** Begins with a file, whatever was left of the one before. @throws DemandaError what it refused, or why it ended */
  open(file: string, columns: readonly string[] | null): Promise<ParquetMessage> {
    this.file = file;
    return this.answerTo({ kind: 'open', file, columns });
  }

  /** The next thing that the process has to say. @throws DemandaError what it refused, or why it ended */
  next(): Promise<ParquetMessage> {
    return this.answerTo({ kind: 'more' });
  }

  private async answerTo(request: ParquetRequest): Promise<ParquetMessage> {
    this.hold(true);
    const message = await new Promise<ParquetMessage | null>((resolve) => {
      if (this.ended) return resolve(null);
      this.settle = resolve;
      if (this.child.connected) this.child.send(request, () => {});
    });
    this.settle = null;
    this.hold(false);
    if (message === null) throw this.failure();
    // It waits to be asked for more, for as long as this process lives: nobody will.
    if (message.kind === 'refused' || message.kind === 'failed') this.close();
    if (message.kind === 'refused') throw new DemandaError(message.code as ErrorCode, message.parameters as never);
    if (message.kind === 'failed') throw readFailure(new Error(message.detail), this.file);
    return message;
  }

  close(): void {
    this.child.kill('SIGKILL');
  }

  private end(signal: NodeJS.Signals | null): void {
    this.ended = { signal };
    this.settle?.(null, signal);
  }

  private failure(): DemandaError {
    // V8 ends a process whose heap is full with SIGABRT (or a trap).
    const full = ['SIGABRT', 'SIGTRAP', 'SIGILL'].includes(this.ended?.signal ?? '');
    const { kind, bound } = full ? { kind: 'large', bound: MOST_MEGABYTES } : verdictOf(this.said);
    if (kind === 'large') return new DemandaError('IMPORT_TOO_MUCH_MEMORY', { file: this.file, limit: bound });
    if (kind === 'slow') return new DemandaError('IMPORT_TOO_SLOW', { file: this.file, seconds: bound });
    return new DemandaError('IMPORT_UNREADABLE', { file: this.file });
  }

  /** Only who waits for it is kept alive by the process. */
  private hold(on: boolean): void {
    const streams = [
      this.child,
      this.child.channel,
      this.child.stdout as unknown as { ref(): void; unref(): void } | null,
    ];
    for (const each of streams)
      if (on) each?.ref?.();
      else each?.unref?.();
  }
}
