import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SaleTicket } from '../../../src/contract/import-rows.ts';
import { readSales } from '../../../src/data/read-sales.ts';
import { DemandaError } from '../../../src/errors/demanda-error.ts';
import { type Dialect, dialects, type TrueSale, trueSales, written } from '../../support/dialects.ts';
import { figure } from '../../support/figure.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const LONG = process.env.DEMANDA_LONG === '1';
const RUNS = LONG ? 20_000 : 300;
/** 2026-01-01. */
const TODAY = 20_454;

/** Tickets of a file; the code of its refusal, or of the first note that says what was assumed of its numbers. */
async function reading(file: string): Promise<{ readonly tickets: SaleTicket[]; readonly said: string | null }> {
  const tickets: SaleTicket[] = [];
  try {
    const { batches, notes, kind } = await readSales(file, { today: TODAY, lang: 'en' });
    if (kind !== 'sales') return { tickets, said: kind };
    let bad: string | null = null;
    for await (const batch of batches) {
      tickets.push(...(batch.rows as SaleTicket[]));
      bad ??= batch.issues[0]?.code ?? null;
    }
    return { tickets, said: bad ?? notes.find(({ code }) => code === 'IMPORT_NOTE_THREE_DECIMALS')?.code ?? null };
  } catch (error) {
    if (error instanceof DemandaError) return { tickets: [], said: error.code };
    throw error;
  }
}

/** What a file says, rounded where a total is divided by a quantity. */
function keys(sales: readonly { readonly [K in keyof TrueSale]: TrueSale[K] | null }[]): string[] {
  return sales
    .map(({ merchant, product, day, quantity, price }) =>
      [merchant, product, day, quantity?.toPrecision(9), price?.toPrecision(6)].join(' · '),
    )
    .sort();
}

describe('one table in any dialect', () => {
  it(
    `${RUNS.toLocaleString('en')} files are read as what they are, or said to be unclear`,
    async () => {
      const folder = temporaryFolder();
      const outcomes = new Map<string, number>();
      let files = 0;
      await fc.assert(
        fc.asyncProperty(trueSales, dialects, async (sales: readonly TrueSale[], dialect: Dialect) => {
          const file = join(folder, `ventas-${files++ % 50}.csv`);
          writeFileSync(file, written(sales, dialect));
          const { tickets, said } = await reading(file);
          outcomes.set(said ?? 'right', (outcomes.get(said ?? 'right') ?? 0) + 1);
          if (said === null) expect(keys(tickets)).toEqual(keys(sales));
        }),
        { numRuns: RUNS, ...(LONG ? {} : { seed: 20_260_101 }), endOnFailure: LONG },
      );
      const counts = [...outcomes].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
      expect(outcomes.get('right')).toBeGreaterThan(RUNS * 0.6);
      figure('reading', `${RUNS} files in dialects, 0 read wrongly in silence: ${counts.join(', ')}`);
    },
    LONG ? 3_600_000 : 120_000,
  );
});
