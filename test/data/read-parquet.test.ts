import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { FILE_LIMITS, UPLOAD_LIMITS } from '../../src/data/read-limits.ts';
import type { DemandaError } from '../../src/errors/demanda-error.ts';
import { Workspace } from '../../src/workspace.ts';
import { parquetSales } from '../support/parquet-files.ts';
import { processesOf, SHOWS_PROCESSES } from '../support/processes.ts';
import { openTable } from '../support/read-table.ts';
import { temporaryFolder } from '../support/temporary.ts';

async function rowsOf(content: Buffer, limits = FILE_LIMITS): Promise<readonly (readonly unknown[])[]> {
  const file = join(temporaryFolder(), 'ventas.parquet');
  writeFileSync(file, content);
  const { records } = await openTable(file, limits);
  const rows: (readonly unknown[])[] = [];
  for await (const { cells } of records) rows.push(cells);
  return rows;
}

const refusalOf = (content: Buffer): Promise<DemandaError> =>
  rowsOf(content).then(
    () => {
      throw new RangeError('the file was read');
    },
    (error: DemandaError) => error,
  );

/** Another byte at a place that is found by what stands there. */
function changed(content: Buffer, text: string, last: boolean): Buffer {
  const copy = Buffer.from(content);
  const at = last ? copy.lastIndexOf(text) : copy.indexOf(text);
  copy[at] = 0xfb;
  return copy;
}

describe('Parquet', () => {
  it.skipIf(!SHOWS_PROCESSES)('that is refused leaves no process behind that waits to be asked for more', async () => {
    const file = join(temporaryFolder(), 'refused.parquet');
    writeFileSync(file, 'PAR1 and then nothing of Parquet PAR1');
    await expect(openTable(file)).rejects.toMatchObject({ code: 'IMPORT_UNREADABLE' });
    await expect.poll(() => processesOf('parquet-process', file), { timeout: 20_000 }).toEqual([]);
  });
  it('gives every row once, whatever the row groups, with dates, whole numbers and what is empty', async () => {
    const data = parquetWriteBuffer({
      rowGroupSize: 7,
      columnData: [
        {
          name: 'date',
          data: Array.from({ length: 20 }, (_, i) => new Date(Date.UTC(2025, 0, 1 + i))),
          type: 'TIMESTAMP',
        },
        {
          name: 'product',
          data: Array.from({ length: 20 }, (_, i) => (i === 3 ? null : `P${i}`)),
          type: 'STRING',
          nullable: true,
        },
        { name: 'quantity', data: Array.from({ length: 20 }, (_, i) => BigInt(i)), type: 'INT64' },
      ],
    });
    const rows = await rowsOf(Buffer.from(data));
    expect(rows).toHaveLength(20);
    expect(rows[3]?.[1] ?? null).toBeNull();
    // A moment in UTC stands as its text: its day is another where the shop is.
    expect(rows[8]).toEqual(['2025-01-09T00:00:00.000Z', 'P8', 8n]);
  });
  it.each([
    ['the zone that it notes', 'Europe/Madrid', ['2025-02-01', '2025-02-03'], []],
    ['UTC where it notes none, and says so', null, ['2025-01-31', '2025-02-02'], ['IMPORT_NOTE_UTC']],
  ])('counts times by %s', async (_, timezone, [from, to], codes) => {
    const columns = [{ name: 'date', metadata: { timezone } }];
    const midnights = [31, 32, 33].map((day) => new Date(Date.UTC(2025, 0, day, 23)));
    const data = parquetWriteBuffer({
      columnData: [
        { name: 'date', data: midnights, type: 'TIMESTAMP' },
        ...['store', 'product'].map((name) => ({ name, data: ['A', 'A', 'A'], type: 'STRING' as const })),
        ...['quantity', 'price'].map((name) => ({ name, data: [1, 2, 3], type: 'DOUBLE' as const })),
      ],
      kvMetadata: [{ key: 'pandas', value: JSON.stringify({ columns }) }],
    });
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.parquet'), Buffer.from(data));
    const workspace = await Workspace.open(join(folder, 'ws'));
    const { files } = await workspace.importFiles([join(folder, 'a.parquet')]);
    await workspace.close();
    expect(files[0]).toMatchObject({ from, to });
    expect(files[0]?.notes.map(({ code }) => code)).toEqual(codes);
  });
  it('decodes a row group once, not once for every piece of its rows', async () => {
    const timed = async (rowGroupSize: number): Promise<number> => {
      const content = parquetSales(300_000, { rowGroupSize });
      const started = performance.now();
      expect(await rowsOf(content)).toHaveLength(300_000);
      return performance.now() - started;
    };
    // Thirty pieces: decoded anew for each, the one group would take ten times as long as thirty of them.
    const thirty = await timed(10_000);
    expect(await timed(300_000)).toBeLessThan(4 * thirty);
  }, 600_000);
  it('whose one column fails while others are read is refused, and nothing is thrown later', async () => {
    const late: unknown[] = [];
    const hear = (error: unknown): void => void late.push(error);
    process.on('unhandledRejection', hear);
    const good = parquetSales(120);
    for (const part of ['date', 'merchant', 'quantity', 'promo']) {
      const twice = changed(changed(good, part, true), 'Frut', false);
      const { code, message } = await refusalOf(twice);
      expect([part, code]).toEqual([part, 'IMPORT_UNREADABLE']);
      expect(message).toMatch(/ventas\.parquet cannot be read: .* export or copy it again\.$/);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.off('unhandledRejection', hear);
    expect(late).toEqual([]);
  });
  it('with a byte changed in any of 16 places is read or refused in our words', async () => {
    const good = parquetSales(30);
    let refused = 0;
    for (let i = 0; i < 16; i++) {
      const copy = Buffer.from(good);
      copy[4 + ((i * 7_919) % (good.length - 12))] ^= 0x55;
      const found = await rowsOf(copy, UPLOAD_LIMITS).catch((error: DemandaError) => error);
      if (Array.isArray(found)) expect(found).toHaveLength(30);
      else expect([++refused, (found as DemandaError).code]).toEqual([refused, expect.stringMatching(/^IMPORT_/)]);
    }
    expect(refused).toBeGreaterThan(2);
  }, 600_000);
  it('leaves no process behind, read to its end, left in the middle or refused', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'v.parquet');
    writeFileSync(file, parquetSales(30_000));
    const children = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length;
    const before = children();
    for await (const _ of (await openTable(file)).records) break;
    const workspace = await Workspace.open(join(folder, 'ws'));
    await workspace.importFiles([file]);
    await expect(workspace.importFiles([file], { map: { quantity: 'none' } })).rejects.toMatchObject({
      code: 'IMPORT_MAP_COLUMN',
    });
    await workspace.close();
    await expect.poll(children, { timeout: 5_000 }).toBe(before);
  });
});
