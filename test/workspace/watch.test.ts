import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WatchedCell } from '../../src/contract/watch.ts';
import { demoMarket } from '../../src/core/market/simulate-market.ts';
import { Workspace } from '../../src/workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'demanda-watch-'));
const CELLS = demoMarket(3).slice(0, 4);
const LAST = CELLS[0]?.series.days.at(-1) as number;
const CUT = LAST - 28;
const [NORMAL, SHRUNK] = ['Cerdo', 'Pollo'];
let workspace: Workspace;

/** Sales from one day to another; of one product fewer by a half than they were. */
function sales(name: string, from: number, to: number, change = 1): string {
  const lines = ['fecha,comerciante,producto,tipo,kg,precio,coste'];
  for (const { series: s } of CELLS)
    for (let i = 0; i < s.days.length; i++) {
      if (s.days[i] < from || s.days[i] > to) continue;
      const sold =
        s.quantity[i] * (s.product === SHRUNK && s.days[i] > CUT ? 0.5 : 1) * (s.days[i] === from ? change : 1);
      const date = new Date(s.days[i] * 864e5).toISOString().slice(0, 10);
      lines.push([date, s.merchant, s.product, s.productType, sold.toFixed(2), s.price[i], s.cost[i]].join(','));
    }
  const file = join(folder, name);
  writeFileSync(file, lines.join('\n'));
  return file;
}
/** Days of new sales: all of them, as none sold out. */
const NEW_DAYS = (CELLS[0]?.series.days ?? new Int32Array()).filter((day) => day > CUT);
const intervals = async (choice: { merchant?: string; product?: string } = {}) =>
  (await workspace.watch.intervals(choice)).intervals;
const total = (months: Awaited<ReturnType<typeof intervals>>, of: 'rows' | 'inside' | 'below'): number =>
  months.reduce((sum, month) => sum + month[of], 0);
const look = async (options: Parameters<Workspace['watch']['run']>[0] = {}) => {
  const cells: WatchedCell[] = [];
  const totals = await workspace.watch.run({ workers: 1, ...options, onCell: (cell) => cells.push(cell) });
  return { totals, cells, of: (product: string) => cells.find((cell) => cell.product === product) };
};

beforeAll(async () => {
  workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
  await workspace.importFiles([sales('first.csv', 0, CUT)]);
});
afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a look at all cells', { timeout: 120_000 }, () => {
  it('trains what has no model and works out its price, then finds nothing to do', async () => {
    const first = await look();
    expect(first.totals).toMatchObject({ checked: 4, full: 4, warm: 0, failed: 0, recommended: 4 });
    expect(first.cells.map(({ reason }) => reason)).toEqual(['NO_MODEL', 'NO_MODEL', 'NO_MODEL', 'NO_MODEL']);
    const models = (await workspace.models()).models.length;
    expect((await look()).totals).toMatchObject({ checked: 4, upToDate: 4, warm: 0, full: 0 });
    expect((await workspace.models()).models.length).toBe(models);
    // Nothing of what a model was trained on is ever judged.
    expect(await intervals()).toEqual([]);
  });
  it('says in a dry run what it would do, and changes nothing', async () => {
    await workspace.importFiles([sales('second.csv', CUT + 1, LAST)]);
    const { models } = await workspace.models();
    const runs = (await workspace.watch.state(null)).runs.length;
    const { totals, of } = await look({ dryRun: true });
    expect(totals).toMatchObject({ checked: 4, warm: 3, full: 1, drifted: 1 });
    expect(of(SHRUNK)).toMatchObject({ action: 'full', reason: 'DRIFT' });
    expect((await workspace.models()).models).toEqual(models);
    expect((await workspace.watch.state(null)).runs.length).toBe(runs);
    expect(await intervals()).toEqual([]);
  });
  it('takes new sales in, trains in full what has drifted, and keeps why', async () => {
    const { totals, of } = await look();
    expect(totals).toMatchObject({ checked: 4, warm: 3, full: 1, failed: 0, drifted: 1 });
    expect(of(NORMAL)).toMatchObject({ action: 'warm', reason: 'NEW_ROWS', live: true });
    const [drift] = of(SHRUNK)?.drifts ?? [];
    expect(drift?.kind).toBe('level');
    expect(drift?.size).toBeLessThan(-0.35);
    const live = await workspace.exportModel('Carnicería Aurora', NORMAL as string);
    expect(live.lastDay).toBe(LAST);
    expect(live.upkeep?.updates).toBe(1);
    const state = await workspace.watch.state('Carnicería Aurora');
    expect(state.cells[0]).toMatchObject({ product: SHRUNK, action: 'full', reason: 'DRIFT' });
    expect(state.runs).toEqual([]);
    expect((await workspace.watch.state('Nobody')).cells).toEqual([]);
  });
  it('has judged each new row once against what had been forecast for it', async () => {
    const rows = CELLS.reduce((sum, { series }) => sum + series.days.filter((day) => day > CUT).length, 0);
    const found = await intervals();
    expect(found.map(({ month }) => month)).toEqual([
      ...new Set([...NEW_DAYS].map((day) => new Date(day * 864e5).toISOString().slice(0, 7))),
    ]);
    expect(total(found, 'rows')).toBe(rows);
    for (const { rows: all, inside, above, below } of found) expect(inside + above + below).toBe(all);
    // Half as much was sold as expected: most lie below. The others hold about what they say.
    const shrunk = await intervals({ product: SHRUNK as string });
    expect(total(shrunk, 'below')).toBeGreaterThan(0.5 * total(shrunk, 'rows'));
    const normal = await intervals({ product: NORMAL as string });
    expect(total(normal, 'inside')).toBeGreaterThan(0.75 * total(normal, 'rows'));
    // The same again, changed, and looked at again.
    await workspace.importFiles([sales('again.csv', CUT + 1, LAST)], { replace: true });
    await look();
    expect(await intervals()).toEqual(found);
  });
  it('does not try a training in full again at every look where its model did not stay', async () => {
    const [shop, { models }] = ['Carnicería Aurora', await workspace.models({ product: SHRUNK as string })];
    const judged = total(await intervals({ product: SHRUNK as string }), 'rows');
    const [first, second] = models.filter(({ merchant }) => merchant === shop);
    await workspace.rollback(shop, SHRUNK as string, first?.version);
    expect((await look({ product: SHRUNK as string, dryRun: true })).totals).toMatchObject({ warm: 1, full: 0 });
    const { of } = await look({ product: SHRUNK as string });
    expect(of(SHRUNK as string)).toMatchObject({ action: 'warm', reason: 'NEW_ROWS', live: true });
    expect(of(SHRUNK as string)?.drifts[0]?.kind).toBe('level');
    const { upkeep } = await workspace.exportModel(shop, SHRUNK as string);
    expect(upkeep).toMatchObject({ updates: 1, triedRows: second?.ownRows });
    expect((await look({ product: SHRUNK as string })).totals).toMatchObject({ checked: 1, upToDate: 1 });
    await workspace.rollback(shop, SHRUNK as string, second?.version);
    expect(total(await intervals({ product: SHRUNK as string }), 'rows')).toBe(judged);
  });
  it('trains in full where sales that were known have changed', async () => {
    await workspace.importFiles([sales('mended.csv', CUT - 8, CUT - 7, 1.5)], { replace: true });
    const { of } = await look({ product: NORMAL as string });
    expect(of(NORMAL as string)).toMatchObject({ action: 'full', reason: 'ROWS_CHANGED' });
  });
  it('is one at a time', async () => {
    const both = await Promise.allSettled([look(), look()]);
    const refused = both.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'WATCH_RUNNING' } }]);
    expect((await workspace.watch.state(null)).running).toBe(false);
  });
});

describe('alerts of a look', { timeout: 60_000 }, () => {
  it('wait while nobody answers, go once somebody does, and are not told twice', async () => {
    const bodies: { data: { messages: { kind: string; text: string }[] } }[] = [];
    let answer = 500;
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (part) => {
        text += part;
      });
      request.on('end', () => {
        if (answer === 200) bodies.push(JSON.parse(text));
        response.writeHead(answer).end();
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await workspace.alerts.change({ webhook: { url }, kinds: ['failed', 'drift'] }, { privateAddresses: true });
    const message = { at: new Date().toISOString(), merchant: 'Ana', product: 'Pera', text: 'It failed.' };
    expect(await workspace.alerts.tell([{ ...message, kind: 'waiting' }])).toBe(0);
    expect(await workspace.alerts.tell([{ ...message, kind: 'failed' }])).toBe(1);
    expect(await workspace.alerts.flush()).toEqual({ sent: 0, waiting: 1, failed: 0 });
    const [waiting] = (await workspace.alerts.deliveries({ limit: 1 })).items;
    expect(waiting).toMatchObject({ state: 'waiting', attempts: 1 });
    expect(waiting?.failure).toContain('500');
    // Not before its next attempt is due.
    expect(await workspace.alerts.flush()).toEqual({ sent: 0, waiting: 0, failed: 0 });
    answer = 200;
    await workspace.alerts.tell([{ ...message, kind: 'drift', text: 'It sells less.' }]);
    expect(await workspace.alerts.flush()).toEqual({ sent: 1, waiting: 0, failed: 0 });
    expect(bodies.map(({ data }) => data.messages.map(({ text }) => text))).toEqual([['It sells less.']]);
    await new Promise((done) => server.close(done));
  });
});
