/** The state of a training as bytes, and back: exact to the last bit. */

import { deserialize, serialize } from 'node:v8';

/**
 * Plain data with typed arrays, as bytes of their own memory. Not compressed: a checkpoint lives for a thousand
 * iterations.
 */
export function stateBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(serialize(value));
}

/** What the bytes were made of. @param bytes as {@link stateBytes} made them */
export function stateOf<T>(bytes: Uint8Array): T {
  return deserialize(bytes) as T;
}
