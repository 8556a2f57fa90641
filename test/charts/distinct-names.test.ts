import { describe, expect, it } from 'vitest';
import { distinctNames, sharedName } from '../../src/charts/distinct-names.ts';

const beer = (merchant: string, more: object = {}) => ({
  product: 'MILLER LITE BEER 24pk 7oz',
  merchant,
  id: `${merchant}-1`,
  ...more,
});

describe('names of what is compared', () => {
  it('drop what all share and show what differs', () => {
    const shops = [beer('Store 102'), beer('Store 98'), beer('Store 101')];
    expect(distinctNames(shops)).toEqual(['Store 102', 'Store 98', 'Store 101']);
    expect(sharedName(shops)).toBe('MILLER LITE BEER 24pk 7oz');
    const versions = [beer('Store 98', { version: 'v1' }), beer('Store 98', { version: 'v2' })];
    expect(distinctNames(versions)).toEqual(['v1', 'v2']);
    expect(sharedName(versions)).toBe('MILLER LITE BEER 24pk 7oz · Store 98');
  });
  it('join parts where one alone does not tell them apart', () => {
    const mixed = [
      beer('A'),
      beer('B'),
      { product: 'Pan', merchant: 'A', id: 'x' },
      { product: 'Pan', merchant: 'B', id: 'y' },
    ];
    expect(distinctNames(mixed)).toEqual([
      'MILLER LITE BEER 24pk 7oz · A',
      'MILLER LITE BEER 24pk 7oz · B',
      'Pan · A',
      'Pan · B',
    ]);
  });
  it('fall back on the id of twins', () => {
    const twins = [
      { product: 'Pan', merchant: 'A', trained: '3 may', id: 'r1' },
      { product: 'Pan', merchant: 'A', trained: '3 may', id: 'r2' },
    ];
    expect(distinctNames(twins)).toEqual(['Pan · A · r1', 'Pan · A · r2']);
  });
});
