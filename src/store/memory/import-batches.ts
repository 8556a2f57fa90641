/** What an import in memory leaves behind so that it can be taken back. */

import { randomBytes } from 'node:crypto';
import type { CellName } from '../../contract/cell-name.ts';
import { actorId, type Deed } from '../../contract/store/deed.ts';
import type { BatchSource, ImportBatch } from '../../contract/store/imports.ts';
import type { ImportKind } from '../../core/vocabulary.ts';
import { type CellSettings, freeImportId, type ToldSettings } from '../../rules/import-batches.ts';
import type { MergedDay } from '../../rules/merge-tickets.ts';
import type { Before, KeptImport, MemoryData } from './data.ts';

/** Of rows that came from no file. */
const NOWHERE: BatchSource = { file: '', digest: null, options: '{}', rejected: 0 };

type BatchCounts = Pick<
  ImportBatch,
  'accepted' | 'replaced' | 'added' | 'unchanged' | 'merchants' | 'products' | 'firstDay' | 'lastDay'
>;

/** Within a write: opened before the first row, ended after the last. */
export class Batch {
  readonly id: string;
  private readonly data: MemoryData;
  private readonly kind: ImportKind;
  readonly number: number;
  private readonly rows = new Map<string, Map<number, Before<MergedDay>>>();
  private readonly prices = new Map<string, Map<number, Before<number>>>();
  private readonly cells = new Map<
    string,
    CellName & { readonly created: boolean; readonly before: CellSettings; readonly told: ToldSettings }
  >();
  private readonly known = new Map<string, boolean>();
  private readonly writers = new Map<string, Map<number, number>>();

  constructor(data: MemoryData, kind: ImportKind) {
    this.data = data;
    this.kind = kind;
    this.number = data.next('import');
    this.id = freeImportId(randomBytes(8).toString('hex'), (id) => data.imports.get(id) !== undefined);
  }

  cell(key: string, cell: CellName & { created: boolean; before: CellSettings; told: ToldSettings }): void {
    this.cells.set(key, cell);
  }

  knows(key: string): void {
    this.known.set(key, this.data.known.get(key) === undefined);
    this.data.known.set(key, true);
  }

  /** A row is written. @param before what stands there */
  row(key: string, day: number, before: MergedDay | undefined): void {
    this.note(this.rows, key, day, before);
  }

  /** A cost or market price is written; names of both may be alike, an import has one kind. */
  price(name: string, day: number, before: number | undefined): void {
    this.note(this.prices, name, day, before);
  }

  end(deed: Deed, { file, digest, options, rejected }: BatchSource = NOWHERE, counts: BatchCounts): void {
    const { accepted, replaced, added, unchanged, merchants, products, firstDay, lastDay } = counts;
    const { id, kind, number, rows, prices, cells, known } = this;
    const { at, actor, merchant } = deed;
    const who = { at, actor: actorId(actor), actorName: actor.name, merchant };
    const source = { kind, file, digest, options, rejected };
    const count = { accepted, replaced, added, unchanged, merchants, products, firstDay, lastDay };
    const batch: ImportBatch = { id, ...who, ...source, ...count, undoneAt: null, undoneByName: null };
    const kept: KeptImport = { number, batch, rows, prices, cells, known, joined: null };
    this.data.imports.set(id, kept);
  }

  private note<V>(to: Map<string, Map<number, Before<V>>>, name: string, day: number, before: V | undefined): void {
    const key = writersKey(this.kind, name);
    const writers = this.writersOf(key);
    if (before !== undefined) {
      const days = to.get(name) ?? new Map<number, Before<V>>();
      to.set(name, days.set(day, { previous: writers.get(day) ?? null, value: before }));
    }
    writers.set(day, this.number);
  }

  /** What others see is replaced once, by a copy of this batch's own. */
  private writersOf(key: string): Map<number, number> {
    let own = this.writers.get(key);
    if (own === undefined) {
      own = new Map(this.data.writers.get(key));
      this.writers.set(key, own);
      this.data.writers.set(key, own);
    }
    return own;
  }
}

export function writersKey(kind: ImportKind, name: string): string {
  return `${kind} ${name}`;
}
