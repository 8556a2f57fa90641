/**
 * A workspace whose names and amounts are as hard to lay out as those of any shop: long Spanish ones, words of German
 * length, emoji, right to left, prices of twelve digits before their cents; and with something for every page to show.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CellName } from '../../src/contract/cell-name.ts';
import { csvCell } from '../../src/contract/csv.ts';
import { nameOf } from '../../src/contract/name-form.ts';
import type { Caller } from '../../src/contract/store/access.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import { Workspace } from '../../src/workspace.ts';

const SPANISH = {
  merchant: 'Cooperativa Agroalimentaria de los Productores del Valle del Guadalquivir y la Sierra Norte',
  product: 'Aceite de oliva virgen extra de primera presión en frío, cosecha temprana, lata de cinco litros',
  type: 'Aceites, vinagres y aliños de producción ecológica certificada',
} as const;
const GERMAN = {
  merchant: 'Lebensmitteleinzelhandelsgesellschaftszentrale',
  product: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk',
  type: 'Rindfleischetikettierungsüberwachungsaufgaben',
} as const;
const EMOJI = {
  merchant: '🥩🍷 La Parrilla de los Hermanos 👨‍👩‍👧‍👦🔥🔥🔥',
  product: '👩‍🍳 Chuletón 🥩🥩🥩 de vaca madurada 🎉🎉 para compartir 🍽️',
  type: '🥩🐄🔥 carnes',
} as const;
const ARABIC = {
  merchant: 'متجر الخضروات والفواكه الطازجة في وسط المدينة القديمة',
  product: 'بندورة طازجة مقطوفة من المزارع الجبلية',
  type: 'خضروات',
} as const;

interface Sold {
  readonly merchant: string;
  readonly product: string;
  readonly type: string;
  readonly price: number;
  readonly moves: boolean;
  readonly days: number;
  /** Days before today on which it was sold last. */
  readonly ended?: number;
}

const DAYS = 100;
const SOLD: readonly Sold[] = [
  { ...SPANISH, price: 123_456_789_012.34, moves: true, days: DAYS },
  { ...GERMAN, price: 456_789_012_345.67, moves: true, days: DAYS },
  { ...EMOJI, price: 234_567_890_123.45, moves: true, days: DAYS },
  { ...ARABIC, price: 345_678_901_234.56, moves: false, days: DAYS, ended: 40 },
  { ...SPANISH, product: EMOJI.product, type: EMOJI.type, price: 111_222_333_444.55, moves: true, days: DAYS },
  { ...GERMAN, product: SPANISH.product, type: SPANISH.type, price: 98_765_432_109.87, moves: true, days: DAYS },
  { ...SPANISH, product: GERMAN.product, type: GERMAN.type, price: 12.3, moves: true, days: 6 },
  { ...GERMAN, product: `${GERMAN.product} II`, price: 4.5, moves: true, days: 5 },
];
/** Of this currency the code is written, not a sign: the longest that an amount can be. */
const CURRENCY = 'PEN';
const UNIT = 'docenas surtidas';
const ELASTICITY = -2.2;
const DAY_MS = 86_400_000;
const TRAINED = {
  iterations: 300,
  searchEvery: 150,
  checkpointEvery: 150,
  simulatedRows: 50,
  workers: 2,
  fresh: true,
} as const;
const ACTOR = { kind: 'key', id: 'largo', name: `María del Carmen Fernández-Santamaría, ${GERMAN.merchant}` } as const;
const CALLER: Caller = { actor: ACTOR, name: ACTOR.name, scopes: ['admin'], merchant: null, keyId: null };
const REASON = `${SPANISH.product}: ${GERMAN.product} ${EMOJI.product}`;

/** A cell of each kind of name; the first has all that a cell can have. */
export const HOSTILE_CELLS: readonly CellName[] = [SPANISH, GERMAN, EMOJI, ARABIC].map(({ merchant, product }) => ({
  merchant: nameOf(merchant),
  product: nameOf(product),
}));

/** @param last days before today of the newest row; @param factor by which more is sold than before */
function salesRows({ last = 1, factor = 1, days = DAYS } = {}): string[] {
  const today = Math.floor(Date.now() / DAY_MS);
  const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
  return SOLD.flatMap((sold, i) => {
    const random = new RandomStream(i, last, 7);
    const count = Math.min(days, sold.days);
    return Array.from({ length: count }, (_, k) => {
      const moved = sold.moves ? 0.88 + 0.06 * Math.floor(5 * random.uniform()) : 1;
      const quantity = factor * 40 * moved ** ELASTICITY * Math.exp(0.12 * random.normal());
      const date = dayText(today - (sold.ended ?? 0) - last - count + 1 + k);
      return [
        date,
        csvCell(sold.merchant),
        csvCell(sold.product),
        csvCell(sold.type),
        quantity.toFixed(2),
        (sold.price * moved).toFixed(2),
        (sold.price * 0.4).toFixed(2),
      ].join(',');
    });
  });
}

/** Writes a file of sales. @returns its path */
export function writeHostileSales(folder: string, name: string, rows: Parameters<typeof salesRows>[0] = {}): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, `${['date,merchant,product,type,quantity,price,cost', ...salesRows(rows)].join('\n')}\n`);
  return file;
}

/** Fills a folder, which must be empty: sales, models with curves, prices in every state, a test, alerts, a look. */
export async function fillHostileWorkspace(folder: string): Promise<void> {
  const workspace = await Workspace.open(folder, { lang: 'es', actor: ACTOR });
  try {
    await workspace.setSettings({ currency: CURRENCY });
    const files = join(folder, 'files');
    await workspace.importFiles([writeHostileSales(files, `${SPANISH.merchant}.csv`, { last: 8 })], { unit: UNIT });
    await importMarket(workspace, files);
    await workspace.train(TRAINED);
    await workspace.train({ ...HOSTILE_CELLS[0], workers: 1 });
    await workspace.recommend({ keep: true });
    await decide(workspace);
    await workspace.experiments.start({ ...(HOSTILE_CELLS[3] as CellName), size: 0.1, weeks: 4 });
    await write(workspace);
    await look(workspace, files);
  } finally {
    await workspace.close();
  }
}

async function importMarket(workspace: Workspace, files: string): Promise<void> {
  const file = join(files, `precios-de-mercado-${GERMAN.product}.csv`);
  const lines = SOLD.slice(0, 4).map(
    ({ product, price }, i) => `2026-01-0${i + 1},${csvCell(product)},${(price * 0.9).toFixed(2)}`,
  );
  writeFileSync(file, `date,product,market_price\n${lines.join('\n')}\n`);
  await workspace.importFiles([file], { kind: 'market' });
}

/** One price decided otherwise and on its way to the shop, one approved, one refused; the others wait. */
async function decide(workspace: Workspace): Promise<void> {
  const { items } = await workspace.recommendations.list({}, 'id', { limit: 20 });
  const of = (cell: CellName) => {
    const item = items.find(({ merchant, product }) => merchant === cell.merchant && product === cell.product);
    if (!item) throw new Error(`no recommendation of ${cell.product}`);
    return item;
  };
  const [first, german, emoji] = HOSTILE_CELLS.map(of);
  const move = (
    item: ReturnType<typeof of>,
    more: Omit<Parameters<Workspace['recommendations']['decide']>[1], 'ids' | 'expectedRevisions'>,
  ) =>
    workspace.recommendations.decide(CALLER, {
      ids: [item.id],
      expectedRevisions: { [item.id]: item.revision },
      ...more,
    });
  if (!first || !german || !emoji) throw new Error('a cell has no recommendation');
  await move(first, { to: 'approved', price: 129_999_999_999.99, reason: REASON });
  const activationDate = new Date(Date.now() + 5 * DAY_MS).toISOString().slice(0, 10);
  await workspace.recommendations.export(CALLER, { ids: [first.id], activationDate, format: 'csv' });
  await move(german, { to: 'approved' });
  await move(emoji, { to: 'rejected', reason: REASON });
}

/** What people write: tags and notes, keys, views, guardrails, alerts, former names. */
async function write(workspace: Workspace): Promise<void> {
  const { runs } = await workspace.historyList();
  for (const { runId } of runs)
    await workspace.annotateRun(runId, {
      tags: [GERMAN.merchant.slice(0, 40), '🎉🎉🎉 fiesta'],
      note: `${REASON}. ${REASON}`,
    });
  for (const { name, merchant } of [
    { name: SPANISH.merchant, merchant: SPANISH.merchant },
    { name: GERMAN.product, merchant: null },
  ])
    await workspace.access.makeKey(CALLER, { name, merchant, scopes: ['read', 'train', 'approve', 'admin'] });
  for (const name of [SPANISH.type, GERMAN.product, EMOJI.product])
    await workspace.saveView({ page: 'overview', name, query: 'sort=product' });
  await workspace.setGuardrails({}, { maxChange: 0.3, minPrice: 100_000_000_000, maxPrice: 999_999_999_999 });
  await workspace.alerts.change(
    {
      webhook: { url: `https://127.0.0.1:9/${GERMAN.merchant}/${GERMAN.product}/${'x'.repeat(60)}` },
      kinds: ['failed', 'worse', 'old-data', 'drift', 'lost', 'waiting'],
    },
    { privateAddresses: true },
  );
  await workspace.names.rename('product', `${GERMAN.product} II`, `${GERMAN.product} III`);
}

/** Sales that are not as expected, with one far off all others; then a look at all cells. */
async function look(workspace: Workspace, files: string): Promise<void> {
  const file = writeHostileSales(files, `${GERMAN.product}.csv`, { last: 1, factor: 3, days: 7 });
  await workspace.importFiles([file], { unit: UNIT });
  await workspace.watch.run({ workers: 2 });
  await workspace.alerts.flush();
}
