/** The order of texts in lists is that of their UTF-8 bytes. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareCells, compareText } from '../../src/rules/text-order.ts';

it('compares texts as their bytes', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'Z', 'é', 'ñ', '\ue000', '\uffee', '😀', '𝒳', '1'),
    maxLength: 4,
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
  expect(compareCells({ merchant: 'b', product: 'a' }, { merchant: 'b', product: 'aa' })).toBeLessThan(0);
  expect(compareCells({ merchant: 'b', product: 'a' }, { merchant: 'a', product: 'z' })).toBeGreaterThan(0);
});
