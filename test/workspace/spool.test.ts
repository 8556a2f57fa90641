import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { piecesOf, Spool } from '../../src/workspace/spool.ts';

const word = (i: number): string => `ñandú 💶 ${i} `.repeat(1 + (i % 400));

describe('a list on the disk', () => {
  it.each([0, 3, 2_000])('gives %d items back as they were added, as often as it is asked', (count) => {
    const spool = new Spool<{ readonly i: number; readonly text: string }>();
    const items = Array.from({ length: count }, (_, i) => ({ i, text: word(i) }));
    for (const item of items) spool.push(item);
    expect(spool.length).toBe(count);
    for (let time = 0; time < 2; time++) expect([...spool]).toEqual(items);
    const [first] = spool;
    expect(first).toEqual(items[0]);
    spool.close();
    expect([...spool]).toEqual([]);
  });
  it('goes on to grow after it was looked at', () => {
    const spool = new Spool<string>();
    const items: string[] = [];
    for (let i = 0; i < 900; i++) {
      spool.push(word(i));
      items.push(word(i));
      if (i % 300 === 299) expect([...spool]).toEqual(items);
    }
    spool.close();
  });
  it('has no name on the disk that a killed process would leave behind', () => {
    const files = (): string[] => readdirSync(tmpdir()).filter((name) => /^demanda-[0-9a-f]{8}-[0-9a-f-]+$/.test(name));
    const before = files();
    const spool = new Spool<string>();
    spool.push('x'.repeat(3_000_000));
    expect(files()).toEqual(before);
    expect([...spool][0]).toHaveLength(3_000_000);
    spool.close();
  });
  it('comes in pieces', () => {
    expect([...piecesOf([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
    expect([...piecesOf([1, 2], 2)]).toEqual([[1, 2]]);
    expect([...piecesOf([], 2)]).toEqual([]);
  });
});
