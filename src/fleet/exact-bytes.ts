/**
 * Plain data (objects, arrays, text, numbers) to and from bytes, exact to the last bit: numbers stand apart as doubles,
 * as JSON has no NaN, no infinity and no negative zero. The same data give the same bytes.
 *
 * Layout: length of the JSON text in bytes (unsigned, 32 bits), the text with a 0 for every number, spaces up to a
 * multiple of 8, then the numbers in the order of the text. All little-endian.
 */

const WORD = 8;
const LENGTH_BYTES = 4;

export type PlainData =
  | string
  | number
  | boolean
  | null
  | readonly PlainData[]
  | { readonly [name: string]: PlainData };

/** @returns bytes of memory that threads can share without a copy */
export function exactBytes(data: unknown): Uint8Array {
  const numbers: number[] = [];
  const text = Buffer.from(
    JSON.stringify(data, (_, value: unknown) => {
      if (typeof value !== 'number') return value;
      numbers.push(value);
      return 0;
    }),
  );
  const start = Math.ceil((LENGTH_BYTES + text.length) / WORD) * WORD;
  const bytes = new Uint8Array(new SharedArrayBuffer(start + numbers.length * WORD)).fill(0x20);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, text.length, true);
  bytes.set(text, LENGTH_BYTES);
  numbers.forEach((number, i) => {
    view.setFloat64(start + i * WORD, number, true);
  });
  return bytes;
}

/** What {@link exactBytes} was given. @throws RangeError for bytes that are cut off or are none of its own */
export function exactData(bytes: Uint8Array): PlainData {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < LENGTH_BYTES ? Number.POSITIVE_INFINITY : view.getUint32(0, true);
  const start = Math.ceil((LENGTH_BYTES + length) / WORD) * WORD;
  if (start > bytes.length) throw new RangeError(`${bytes.length} bytes are fewer than their length tells`);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + LENGTH_BYTES, length).toString();
  let at = start;
  /** The data with their numbers, put in place of the zeros. */
  const filled = (value: unknown): unknown => {
    if (typeof value === 'number') {
      at += WORD;
      return view.getFloat64(at - WORD, true);
    }
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) value[i] = filled(value[i]);
    } else if (typeof value === 'object' && value !== null) {
      const members = value as Record<string, unknown>;
      for (const name of Object.keys(members)) {
        const member = filled(members[name]);
        // Objects and arrays are filled where they stand.
        if (typeof member === 'number') members[name] = member;
      }
    }
    return value;
  };
  const data = filled(JSON.parse(text)) as PlainData;
  if (at !== bytes.length) throw new RangeError(`${bytes.length} bytes hold other than ${(at - start) / WORD} numbers`);
  return data;
}
