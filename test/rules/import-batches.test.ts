import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImportBatch } from '../../src/contract/store/imports.ts';
import {
  type CellSettings,
  contradiction,
  freeImportId,
  isSameRow,
  settingsWithout,
  type ToldSettings,
  undoRefusal,
} from '../../src/rules/import-batches.ts';
import { type MergedDay, mergeTickets } from '../../src/rules/merge-tickets.ts';
import { TICKET, ticketsOfADay } from '../support/tickets.ts';

describe('ids of imports', () => {
  it('are as short as they can be, and never given twice', () => {
    expect(freeImportId('3f2a9b10', () => false)).toBe('3f2a');
    expect(freeImportId('3f2a9b10', (id) => id.length < 6)).toBe('3f2a9b');
    expect(freeImportId('3f2a9b10', () => true)).toBe('3f2a9b10');
  });
});

describe('a row that comes again', () => {
  const row: MergedDay = { ...mergeTickets([{ ...TICKET, cost: 1, soldOut: true, covariates: { rain: 1 } }]) };
  it('contradicts what is there only where it changes or takes away a figure', () => {
    fc.assert(
      fc.property(ticketsOfADay, (tickets) => {
        const day = mergeTickets(tickets);
        expect(contradiction(day, day)).toBeNull();
        expect(isSameRow(day, structuredClone(day))).toBe(true);
        // Rounding is no other figure, and neither is one where there was none.
        expect(contradiction(day, { ...day, quantity: day.quantity * (1 + 1e-12) })).toBeNull();
        expect(contradiction({ ...day, cost: null }, day)).toBeNull();
        expect(contradiction(day, { ...day, quantity: day.quantity + 1 })).toBe('quantity');
      }),
    );
    expect(contradiction(row, { ...row, price: null })).toBe('price');
    expect(contradiction(row, { ...row, cost: 2 })).toBe('cost');
    expect(contradiction(row, { ...row, soldOut: false })).toBe('soldOut');
    expect(contradiction({ ...row, soldOut: false }, row)).toBeNull();
    expect(contradiction(row, { ...row, covariates: { rain: 2 } })).toBe('covariates');
    expect(contradiction(row, { ...row, covariates: null })).toBe('covariates');
    expect(contradiction(row, { ...row, covariates: { rain: 1, temp: 3 } })).toBeNull();
    expect(isSameRow(row, { ...row, covariates: { rain: 1, temp: 3 } })).toBe(false);
  });
});

const FOUND: CellSettings = { productType: 'Pera', unit: '', givenFrequency: null, missingDays: 'zero' };
const told: fc.Arbitrary<ToldSettings> = fc.record({
  productType: fc.constantFrom(null, 'Fruta', 'Verdura'),
  unit: fc.constantFrom(null, 'caja', 'litro'),
  givenFrequency: fc.constantFrom(null, 'weekly' as const, 'daily' as const),
  missingDays: fc.constantFrom(null, 'closed' as const),
  usualUnit: fc.constantFrom('kg', 'unidad'),
});

/** What imports one after the other leave of a cell. */
function leftBy(all: readonly ToldSettings[]): CellSettings {
  return all.reduce<CellSettings>(
    (now, one) => ({
      productType: one.productType ?? now.productType,
      unit: one.unit ?? (now.unit || one.usualUnit),
      givenFrequency: one.givenFrequency ?? now.givenFrequency,
      missingDays: one.missingDays ?? now.missingDays,
    }),
    FOUND,
  );
}

describe('settings of a cell whose import is taken back', () => {
  it('are what the others alone would have left, at each of them', () => {
    fc.assert(
      fc.property(fc.array(told, { minLength: 1, maxLength: 6 }), fc.nat(), (all, n) => {
        const at = n % all.length;
        const [earlier, later] = [all.slice(0, at), all.slice(at + 1)];
        const { found, now } = settingsWithout(leftBy(earlier), later);
        expect(now).toEqual(leftBy([...earlier, ...later]));
        expect(found).toEqual(later.map((_, i) => leftBy([...earlier, ...later.slice(0, i)])));
      }),
    );
  });
});

describe('an import that later ones stand against', () => {
  const batch = (id: string, merchant: string | null = null): ImportBatch => ({
    ...{ id, at: '2026-03-01T10:00:00.000Z', actor: 'library:test', actorName: 'test', merchant, kind: 'sales' },
    ...{ file: `${id}.csv`, digest: null, options: '{}', accepted: 1, rejected: 0, replaced: 0, added: 0 },
    ...{ unchanged: 0, merchants: 1, products: 1, firstDay: 1, lastDay: 1, undoneAt: null, undoneByName: null },
  });
  it('is refused with all of them, the newest first, and with no name that is not the caller’s to see', () => {
    expect(undoRefusal(batch('aaaa'), [], null)).toBeNull();
    expect(undoRefusal(batch('aaaa'), [batch('bbbb'), batch('cccc')], null)).toMatchObject({
      code: 'IMPORT_UNDO_LATER',
      parameters: { id: 'aaaa', later: 'cccc (cccc.csv, 2026-03-01), bbbb (bbbb.csv, 2026-03-01)' },
    });
    const foreign = undoRefusal(batch('aaaa', 'Ana'), [batch('bbbb', 'Ana'), batch('cccc')], 'Ana');
    expect(foreign).toMatchObject({ code: 'IMPORT_UNDO_OTHERS', parameters: { id: 'aaaa', file: 'aaaa.csv' } });
    const undone = { ...batch('aaaa'), undoneAt: '2026-03-02T10:00:00.000Z' };
    expect(undoRefusal(undone, [], null)).toMatchObject({
      code: 'IMPORT_BATCH_UNDONE',
      parameters: { at: '2026-03-02' },
    });
  });
});
