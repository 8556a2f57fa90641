import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DemandModel } from '../../src/core/demand/demand-model.ts';
import { isWhole, modelBytes, modelOf } from '../../src/store/model-bytes.ts';
import { DOCUMENT_TEXT } from '../../src/store/model-text.ts';
import { NumberReader, NumberWriter } from '../../src/store/number-bytes.ts';

const GOLDEN = join(import.meta.dirname, '../golden/run');

function golden(name: string): DemandModel {
  return JSON.parse(readFileSync(join(GOLDEN, `${name}.json`), 'utf8')) as DemandModel;
}

/** Of anything that JSON can hold. */
function kept(document: unknown): unknown {
  return modelOf(modelBytes(document as DemandModel));
}

/** The double that lies so many above another. */
function above(value: number, steps: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + steps);
  return view.getFloat64(0);
}

const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('the bytes of a model', () => {
  it.each(['export-exact', 'export-weekly', 'export-iterations'])(
    'are the model of the golden run, %s, to the last bit and in its order',
    (name) => {
      const model = golden(name);
      expect(model.components.length).toBeGreaterThan(0);
      expect(JSON.stringify(kept(model))).toBe(JSON.stringify(model));
    },
  );
  it('are at most three quarters of its JSON, deflated', () => {
    for (const name of ['export-exact', 'export-weekly', 'export-iterations']) {
      const model = golden(name);
      const { length } = deflateSync(JSON.stringify(model));
      expect(modelBytes(model).document.length / length).toBeLessThan(0.75);
    }
  });
  it('are any document as JSON would keep it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(kept({ value }))).toBe(JSON.stringify({ value }));
      }),
    );
  });
  it('are lists of any numbers, of records of numbers, and squares whose halves differ or do not', () => {
    const records = fc.array(fc.record({ day: fc.integer(), quantity: doubles }));
    const squares = fc
      .integer({ min: 1, max: 5 })
      .chain((n) => fc.array(doubles, { minLength: n * n, maxLength: n * n }));
    fc.assert(
      fc.property(fc.array(doubles), records, squares, (list, byPeriod, covariance) => {
        const document = { list, byPeriod, covariance, odd: { covariance: [1.5, 2.25, 1 / 3] } };
        expect(JSON.stringify(kept(document))).toBe(JSON.stringify(document));
      }),
    );
  });
  it('are numbers that stand for others in the text too', () => {
    const document = {
      a: 1e300,
      b: [1e303, 1e300],
      c: [{ d: 1e301 }, { d: 1e302 }],
      e: [[1e303], 'x'],
      f: -1e300,
      g: 9e15,
    };
    expect(kept(document)).toEqual(document);
  });
  it('are not believed where a bit of them is another', () => {
    const whole = modelBytes(golden('export-exact'));
    expect(isWhole(whole)).toBe(true);
    for (const at of [0, 9, 500, whole.document.length - 1]) {
      const document = Uint8Array.from(whole.document);
      document[at] ^= 1;
      expect(isWhole({ ...whole, document })).toBe(false);
      expect(() => modelOf({ ...whole, document })).toThrow(RangeError);
    }
  });
  it('may be those of versions before', () => {
    const model = golden('export-exact');
    const json = Buffer.from(JSON.stringify(model));
    const before = { form: 1, document: deflateSync(json), crc: crc32(json) } as const;
    expect(modelOf(before)).toEqual(model);
    expect(isWhole({ ...before, crc: before.crc + 1 })).toBe(false);
    expect(isWhole({ ...before, document: json })).toBe(false);
  });
  it('are read as they went out: neither the text nor the form may change', () => {
    expect(createHash('sha256').update(DOCUMENT_TEXT).digest('hex')).toBe(TEXT);
    const document = Buffer.from(WRITTEN, 'hex');
    expect(modelOf({ form: 2, document, crc: crc32(document) })).toEqual(DOCUMENT);
  });
});

describe('many numbers', () => {
  it('take a byte for a half that lies a few steps from the other, and two and more for one farther off', () => {
    const bytesOf = (steps: bigint): number => {
      const numbers = new NumberWriter();
      numbers.addSquare([1, 1 / 3, above(1 / 3, steps), 2]);
      const { like, noise } = numbers.bytes();
      expect(new NumberReader({ like, noise }).nextSquare()).toEqual([1, 1 / 3, above(1 / 3, steps), 2]);
      return like.length + noise.length;
    };
    expect(bytesOf(3n)).toBe(bytesOf(0n));
    expect(bytesOf(-60n)).toBe(bytesOf(0n));
    expect(bytesOf(100n)).toBe(bytesOf(0n) + 1);
    // Another upper half: it is written in full.
    expect(bytesOf(2n ** 40n)).toBe(bytesOf(0n) + 1 + 8);
  });
  it('take three bytes each more, or so, as days that are a step apart', () => {
    const bytesOf = (values: readonly number[]): number => {
      const numbers = new NumberWriter();
      numbers.addList(values);
      const { like, noise } = numbers.bytes();
      expect(new NumberReader({ like, noise }).nextList()).toEqual(values);
      return like.length + noise.length;
    };
    expect(bytesOf(Array.from({ length: 50 }, (_, i) => 20_000 + 7 * i))).toBe(7);
    expect(bytesOf(Array.from({ length: 50 }, (_, i) => 20_000 + i * i))).toBeGreaterThan(150);
  });
  it('are missing where bytes end before they do', () => {
    expect(() => new NumberReader({ like: new Uint8Array(), noise: new Uint8Array() }).next()).toThrow(RangeError);
  });
});

const TEXT = '99c7a8403fdb1ff8c1423755d53ea2f346d88ae6ba71c9b712239fed80c2f0e3';
const DOCUMENT = {
  merchant: 'Ana',
  todayPrice: 1 / 3,
  covariance: [0.1, 0.7 / 9, above(0.7 / 9, 5n), 2 / 3],
  byPeriod: [
    { day: 20_000, quantity: 0 },
    { day: 20_007, quantity: 1 / 3 },
    { day: 20_014, quantity: 2.25 },
  ],
  instrument: null,
};
const WRITTEN =
  '170000001b000000ab461ebf73cc0335c7b08f996136828968ef60baa01600636462bec0cfc8c8c5ce74600713131f1b030bf389fb4cf6f6f600d5b3e555e955553e5555935555e955553e55559955';
