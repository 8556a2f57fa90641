/** The bytes of checkpoints and error histories: compact, checked by CRC, exact to the last bit. */

import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { stateOf } from '../contract/training-state.ts';
import type { ErrorHistory, MetricName, TrainingEvent } from '../core/training/history.ts';

/** A record with its checksum. */
export interface CheckedBytes {
  readonly bytes: Uint8Array;
  readonly crc: number;
}

/**
 * @param label where the record belongs: the checksum covers it, so that a record in another's place is found out too
 */
export function checked(bytes: Uint8Array, label: string): CheckedBytes {
  return { bytes, crc: crc32(bytes, crc32(label)) };
}

/** Of what a run starts from. */
export function inputsLabel(runId: string): string {
  return `inputs of ${runId}`;
}

export function checkpointLabel(runId: string, iteration: number): string {
  return `iteration ${iteration} of ${runId}`;
}

/** @returns null when the bytes are not those that were written under the label */
export function readCheckpoint<T>({ bytes, crc }: CheckedBytes, label: string): T | null {
  if (crc32(bytes, crc32(label)) !== crc) return null;
  return stateOf<T>(bytes);
}

interface HistoryHeader {
  readonly errorKind: ErrorHistory['errorKind'];
  readonly metrics: readonly MetricName[];
  readonly points: number;
  readonly events: readonly TrainingEvent[];
}

/**
 * A history as one compressed columnar record. Columns are laid out byte by byte (all first bytes, all second bytes …),
 * each value XORed with the one before it: neighbours share sign, exponent and leading bits (Pelkonen et al. 2015, VLDB
 * 8(12), "Gorilla"), which deflate then finds.
 */
export function historyBytes(history: ErrorHistory): CheckedBytes {
  const { iterations, values, events, metrics, errorKind } = history;
  const points = iterations.length;
  const header = Buffer.from(JSON.stringify({ errorKind, metrics, points, events } satisfies HistoryHeader));
  const body = new Uint8Array((values.length + 1) * points * 4);
  [iterations, ...values].forEach((column, c) => {
    const words = new Int32Array(column.buffer, column.byteOffset, points);
    let previous = 0;
    for (let i = 0; i < points; i++) {
      const word = words[i] ^ previous;
      previous = words[i];
      for (let b = 0; b < 4; b++) body[(c * 4 + b) * points + i] = (word >>> (24 - 8 * b)) & 255;
    }
  });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const bytes = deflateRawSync(Buffer.concat([length, header, body]), { level: 9 });
  return { bytes, crc: crc32(bytes) };
}

/** @returns null when the bytes are not those that were written */
export function readHistory({ bytes, crc }: CheckedBytes): ErrorHistory | null {
  if (crc32(bytes) !== crc) return null;
  const whole = inflateRawSync(bytes);
  const length = whole.readUInt32LE(0);
  const { errorKind, metrics, points, events } = JSON.parse(whole.subarray(4, 4 + length).toString()) as HistoryHeader;
  const body = whole.subarray(4 + length);
  const columns = Array.from({ length: metrics.length + 1 }, (_, c) => {
    const words = new Int32Array(points);
    let previous = 0;
    for (let i = 0; i < points; i++) {
      let word = 0;
      for (let b = 0; b < 4; b++) word = (word << 8) | body[(c * 4 + b) * points + i];
      previous ^= word;
      words[i] = previous;
    }
    return words;
  });
  return {
    errorKind,
    metrics,
    events,
    iterations: columns[0] as Int32Array,
    values: columns.slice(1).map((words) => new Float32Array(words.buffer)),
  };
}
