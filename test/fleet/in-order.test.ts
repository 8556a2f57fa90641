import { expect, it } from 'vitest';
import { InOrder } from '../../src/fleet/in-order.ts';

it('tells what comes back in the order in which it was handed over, and last what waited in vain', () => {
  const told: string[] = [];
  const order = new InOrder<string>((item) => told.push(item));
  for (const key of ['a', 'b', 'c', 'd', 'e']) order.expect(key);
  order.put('b', 'B');
  expect(told).toEqual([]);
  order.put('a', 'A');
  expect(told).toEqual(['A', 'B']);
  order.put('e', 'E');
  order.put('d', 'D');
  expect(told).toEqual(['A', 'B']);
  order.end();
  expect(told).toEqual(['A', 'B', 'D', 'E']);
});
