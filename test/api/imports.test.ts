import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite-store.ts';
import { handmadeFiles } from '../support/hostile-files.ts';
import { AURORA, type Client, clientOf, OTHER, type Served, salesCsv, serveShops } from './served.ts';

let served: Served;
let owner: Client;
beforeAll(async () => {
  served = await serveShops({ trained: false });
  owner = clientOf(served, await served.key(['admin'], null));
}, 60_000);
afterAll(() => served.close());

function file(content: string | Buffer, name = 'ventas.csv'): FormData {
  const form = new FormData();
  form.append('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), name);
  return form;
}

describe('an import over the network', () => {
  it('shows what was understood, takes other columns, and imports all or nothing', async () => {
    const text = 'cuando;tienda;articulo;cantidad;euros\n01/02/2026;Ana;Tomate;3;2,50\n02/02/2026;Ana;Tomate;-1;2,50\n';
    const first = await owner('POST', '/api/imports', file(text, '../../mis ventas.csv'));
    expect(first.status).toBe(201);
    // Two columns have names of their own: it says which is missing, in the reader's language, by the name that the file had.
    expect(first.json).toMatchObject({ fileName: 'mis ventas.csv', kind: null, headers: ['cuando', 'tienda', 'articulo', 'cantidad', 'euros'] });
    expect(first.json.problem).toMatchObject({ code: 'IMPORT_MISSING_COLUMN', message: expect.stringContaining('mis ventas.csv') });
    expect(first.json.mapping).toMatchObject({ merchant: 'tienda', product: 'articulo', quantity: 'cantidad' });
    const at = `/api/imports/${first.json.importId}`;
    const map = { date: 'cuando', price: 'euros' };
    const understood = (await owner('POST', `${at}/preview`, { map }, { 'accept-language': 'en' })).json;
    expect(understood).toMatchObject({
      kind: 'sales',
      rows: 2,
      accepted: 1,
      rejected: 1,
      problem: null,
      sample: [['01/02/2026', 'Ana', 'Tomate', '3', '2,50'], expect.anything()],
    });
    expect(understood.issues[0]).toMatchObject({ line: 3, column: 'cantidad', code: 'IMPORT_QUANTITY_NEGATIVE' });
    expect(understood.issues[0].message).toBe('The quantity must be 0 or more, got "-1" (mis ventas.csv:3, column cantidad).');
    const refused = await owner('POST', `${at}/commit`, { map });
    expect([refused.status, refused.json.error.code]).toEqual([422, 'IMPORT_REJECTED']);
    expect(refused.text).not.toContain(served.folder);
    expect((await owner('GET', '/api/merchants')).json.items).toHaveLength(2);
    expect((await owner('POST', `${at}/commit`, { map, skipBad: true })).json).toMatchObject({ kind: 'sales', accepted: 1, rejected: 1, from: '2026-02-01' });
    expect((await owner('GET', `${at}/rejected.csv`)).text).toContain('-1');
    expect((await owner('GET', '/api/merchants')).json.items).toHaveLength(3);
    expect((await owner('DELETE', at)).status).toBe(200);
    expect((await owner('POST', `${at}/preview`, {})).json.error.code).toBe('IMPORT_UNKNOWN');
  });

  it('of one merchant’s key takes that merchant’s rows only, with or without the column', async () => {
    const mine = clientOf(served, await served.key(['train'], OTHER));
    const mixed = (await mine('POST', '/api/imports', file(salesCsv([AURORA, OTHER])))).json;
    expect(mixed).toMatchObject({ rows: 800, rejected: 400 });
    expect(mixed.issues[0]).toMatchObject({ code: 'IMPORT_MERCHANT_OTHER', column: 'comerciante', line: 2 });
    const plain = (await mine('POST', '/api/imports', file('fecha,producto,kg,precio\n2026-01-01,Pera,1,2\n'))).json;
    expect((await mine('POST', `/api/imports/${plain.importId}/commit`, {})).json).toMatchObject({ accepted: 1 });
    expect((await owner('GET', `/api/products?merchant=${encodeURIComponent(OTHER)}`)).json.items.map((p: { product: string }) => p.product)).toContain('Pera');
    const market = await mine('POST', '/api/imports', file('fecha,producto,precio mercado\n2026-01-01,Pera,1\n'));
    expect(market.json.problem.code).toBe('NOT_ALLOWED_MERCHANT');
  });

  it('without a file, with two, or as JSON is refused in a sentence', async () => {
    expect((await owner('POST', '/api/imports', {})).json.error.code).toBe('REQUEST_MEDIA_TYPE');
    expect((await owner('POST', '/api/imports', new FormData())).status).toBeGreaterThanOrEqual(400);
    const two = file('a,b\n1,2\n');
    two.append('other', new Blob(['x']), 'x.csv');
    expect((await owner('POST', '/api/imports', two)).status).toBeLessThan(500);
  });

  it('of 200 hostile files crashes nothing and leaves the store sane', async () => {
    const files = handmadeFiles();
    expect(files).toHaveLength(200);
    let understood = 0;
    for (const { name, content } of files) {
      const preview = await owner('POST', '/api/imports', file(content, name), { 'accept-language': 'en' });
      expect(preview.status, name).toBe(201);
      expect(preview.text, name).not.toContain(served.folder);
      if (preview.json.problem) expect(preview.json.problem.message, name).toMatch(/\S/);
      const at = `/api/imports/${preview.json.importId}`;
      const committed = await owner('POST', `${at}/commit`, { skipBad: true });
      expect(committed.status, `${name}: ${committed.text}`).toBeLessThan(500);
      expect(committed.text, name).not.toContain(served.folder);
      if (committed.status === 200) understood++;
      expect((await owner('DELETE', at)).status).toBe(200);
    }
    expect(understood).toBeGreaterThan(20);
    expect((await owner('GET', '/api/health')).status).toBe(200);
    const store = await openSqliteStore(served.folder);
    for await (const series of store.streamSeries({})) for (const quantity of series.quantity) expect(Number.isFinite(quantity) && quantity >= 0).toBe(true);
    await store.close();
  }, 120_000);
});
