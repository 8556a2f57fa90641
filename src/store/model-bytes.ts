/**
 * Models as the bytes that a store keeps: exactly what was put, in three fifths of what its JSON takes compressed
 * (docs/decisions/model-bytes.md).
 *
 * The text of the document, without its numbers, is compressed with what all documents have in common; the numbers lie
 * beside it as number-bytes.ts writes them.
 */

import { crc32, deflateRawSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { DOCUMENT_TEXT } from './model-text.ts';
import { NumberReader, NumberWriter } from './number-bytes.ts';

/**
 * What stands in the text where a number, a list of numbers or a square matrix is among the numbers; before the names of
 * the fields of a list of records of numbers, whose columns are.
 */
const [NUMBER, LIST, SQUARE, TABLE] = [1e300, 1e301, 1e302, 1e303] as const;
/** Numbers from here on stand for others: a model's own are among the numbers. */
const RESERVED = 1e300;
/** Lists that are square matrices, nearly symmetric. */
const MATRICES: ReadonlySet<string> = new Set(['covariance']);
/** Bytes that tell the length of a part. */
const LENGTH = Uint32Array.BYTES_PER_ELEMENT;

/** How a model is kept: 1 is JSON, deflated, as versions before 18 of the store wrote it. */
export type ModelForm = 1 | 2;

export interface ModelBytes {
  readonly form: ModelForm;
  readonly document: Uint8Array;
  /** Of the JSON in form 1, of the bytes in form 2. */
  readonly crc: number;
}

export function modelBytes(model: DemandModel): ModelBytes {
  const numbers = new NumberWriter();
  const text = deflateRawSync(JSON.stringify(withoutNumbers(model, '', numbers)), { dictionary: DOCUMENT_TEXT });
  const { like, noise } = numbers.bytes();
  const packed = deflateRawSync(like);
  const lengths = Buffer.alloc(2 * LENGTH);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(packed.length, LENGTH);
  const document = Buffer.concat([lengths, text, packed, noise]);
  return { form: 2, document, crc: crc32(document) };
}

/** @throws RangeError when the bytes are not those that were written */
export function modelOf(kept: ModelBytes): DemandModel {
  if (!isWhole(kept)) throw new RangeError('checksum differs');
  const { form, document } = kept;
  if (form === 1) return JSON.parse(inflateSync(document).toString()) as DemandModel;
  const lengths = new DataView(document.buffer, document.byteOffset, document.byteLength);
  const textEnd = 2 * LENGTH + lengths.getUint32(0, true);
  const likeEnd = textEnd + lengths.getUint32(LENGTH, true);
  const text = inflateRawSync(document.subarray(2 * LENGTH, textEnd), { dictionary: DOCUMENT_TEXT });
  const like = inflateRawSync(document.subarray(textEnd, likeEnd));
  const numbers = new NumberReader({ like, noise: document.subarray(likeEnd) });
  return withNumbers(JSON.parse(text.toString()), numbers) as DemandModel;
}

/** Whether what is kept of a model is what was written. */
export function isWhole({ form, document, crc }: ModelBytes): boolean {
  try {
    return crc32(form === 1 ? inflateSync(document) : document) === crc;
  } catch {
    return false;
  }
}

function withoutNumbers(value: unknown, name: string, numbers: NumberWriter): unknown {
  if (typeof value === 'number') return withoutNumber(value, numbers);
  if (Array.isArray(value)) {
    const fields = columnsOf(value);
    if (fields) {
      for (const field of fields) numbers.addList(value.map((record) => record[field]));
      return [TABLE, ...fields];
    }
    if (value.length === 0 || !value.every(Number.isFinite))
      return value.map((item) => withoutNumbers(item, '', numbers));
    if (MATRICES.has(name) && Number.isInteger(Math.sqrt(value.length))) {
      numbers.addSquare(value);
      return SQUARE;
    }
    numbers.addList(value);
    return LIST;
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withoutNumbers(field, key, numbers)]));
}

/** Names of the fields of records that have the same, in the same order, and numbers in all of them; else null. */
function columnsOf(values: readonly unknown[]): readonly string[] | null {
  const [first] = values;
  if (first === null || typeof first !== 'object' || Array.isArray(first)) return null;
  const names = Object.keys(first);
  if (names.length === 0) return null;
  const alike = values.every((record) => {
    if (record === null || typeof record !== 'object') return false;
    const entries = Object.entries(record);
    return entries.length === names.length && entries.every(([name, v], i) => name === names[i] && Number.isFinite(v));
  });
  return alike ? names : null;
}

/** Numbers that are short as text stay in it. */
function withoutNumber(value: number, numbers: NumberWriter): number {
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < RESERVED)) return value;
  numbers.add(value);
  return NUMBER;
}

function withNumbers(value: unknown, numbers: NumberReader): unknown {
  if (value === NUMBER) return numbers.next();
  if (value === LIST) return numbers.nextList();
  if (value === SQUARE) return numbers.nextSquare();
  if (Array.isArray(value))
    return value[0] === TABLE ? table(value.slice(1), numbers) : value.map((item) => withNumbers(item, numbers));
  if (value === null || typeof value !== 'object') return value;
  const fields = value as Record<string, unknown>;
  for (const [key, field] of Object.entries(fields)) fields[key] = withNumbers(field, numbers);
  return fields;
}

function table(names: readonly string[], numbers: NumberReader): Record<string, number>[] {
  const columns = names.map(() => numbers.nextList());
  return (columns[0] as number[]).map((_, i) =>
    Object.fromEntries(names.map((name, c) => [name, (columns[c] as number[])[i] as number])),
  );
}
