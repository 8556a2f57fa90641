import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { handmadeFiles } from '../support/hostile-files.ts';
import { parquetSales } from '../support/parquet-files.ts';
import { number, SALES_ROWS, workbookOf, workbookOfSheets } from '../support/workbooks.ts';
import { AURORA, type Client, clientOf, OTHER, type Served, salesCsv, serveShops } from './served.ts';

const LONG = process.env.DEMANDA_LONG === '1';

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
    const text =
      'cuando;tienda;articulo;cantidad;euros\n13/02/2026;Ana;Tomate;3;2,50\n14/02/2026;Ana;Tomate;una;2,50\n';
    const first = await owner('POST', '/api/imports', file(text, '../../mis ventas.csv'));
    expect(first.status).toBe(201);
    // Two columns have names of their own: it says which is missing, in the reader's language, by the name that the
    // file had.
    expect(first.json).toMatchObject({
      fileName: 'mis ventas.csv',
      kind: null,
      headers: ['cuando', 'tienda', 'articulo', 'cantidad', 'euros'],
    });
    expect(first.json.problem).toMatchObject({
      code: 'IMPORT_MISSING_COLUMN',
      message: expect.stringContaining('mis ventas.csv'),
    });
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
      sample: [['13/02/2026', 'Ana', 'Tomate', '3', '2,50'], expect.anything()],
      understanding: { delimiter: ';', headerLine: 1 },
      choices: [],
    });
    expect(understood.issues[0]).toMatchObject({ line: 3, column: 'cantidad', code: 'IMPORT_NUMBER_INVALID' });
    expect(understood.issues[0].message).toBe('It must be a number, got "una" (mis ventas.csv:3, column cantidad).');
    const refused = await owner('POST', `${at}/commit`, { map });
    expect([refused.status, refused.json.error.code]).toEqual([422, 'IMPORT_REJECTED']);
    expect(refused.text).not.toContain(served.folder);
    expect((await owner('GET', '/api/merchants')).json.items).toHaveLength(2);
    expect((await owner('POST', `${at}/commit`, { map, skipBad: true })).json).toMatchObject({
      kind: 'sales',
      accepted: 1,
      rejected: 1,
      from: '2026-02-13',
    });
    expect((await owner('GET', `${at}/rejected.csv`)).text).toContain('una');
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
    expect(
      (await owner('GET', `/api/products?merchant=${encodeURIComponent(OTHER)}`)).json.items.map(
        (p: { product: string }) => p.product,
      ),
    ).toContain('Pera');
    const market = await mine('POST', '/api/imports', file('fecha,producto,precio mercado\n2026-01-01,Pera,1\n'));
    expect(market.json.problem.code).toBe('NOT_ALLOWED_MERCHANT');
  });

  it('names the values that it holds, before and after; they are listed, and count once they are accepted', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => {
      const day = new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10);
      return `${day},Eva,Pan,${i === 20 ? 2_000 : 19 + (i % 3)},${i === 30 ? 0.02 : 2}`;
    });
    const text = ['fecha,comerciante,producto,cantidad,precio', ...rows].join('\n');
    const quantity = {
      merchant: 'Eva',
      product: 'Pan',
      date: '2026-01-21',
      column: 'quantity',
      value: 2_000,
      usual: 20,
    };
    const price = { merchant: 'Eva', product: 'Pan', date: '2026-01-31', column: 'price', value: 0.02, usual: 2 };
    const first = (await owner('POST', '/api/imports', file(text))).json;
    expect(first).toMatchObject({ heldCount: 2, held: [quantity, price] });
    const at = `/api/imports/${first.importId}`;
    expect((await owner('POST', `${at}/preview`, { accept: true })).json).toMatchObject({ heldCount: 0, held: [] });
    expect((await owner('POST', `${at}/commit`, {})).json).toMatchObject({ heldCount: 2, held: [quantity, price] });
    const list = async (client = owner) => (await client('GET', '/api/held-values')).json.items;
    expect(await list()).toMatchObject([quantity, price]);
    const other = clientOf(served, await served.key(['admin'], OTHER));
    expect(await list(other)).toEqual([]);
    const cell = { merchant: 'Eva', product: 'Pan' };
    expect((await other('POST', '/api/held-values/accept', cell)).status).toBe(404);
    const viewer = clientOf(served, await served.key(['read'], null));
    expect((await viewer('POST', '/api/held-values/accept', cell)).status).toBe(403);
    // Names that only look alike are another's.
    expect((await owner('POST', '/api/held-values/accept', { merchant: 'eva', product: 'Pan' })).status).toBe(404);
    expect((await owner('POST', '/api/held-values/accept', { ...cell, column: 'price' })).json).toEqual({
      accepted: 1,
    });
    expect(await list()).toMatchObject([quantity]);
    expect((await owner('GET', '/api/audit?limit=1')).json.items[0]).toMatchObject({
      action: 'sales.accept',
      merchant: 'Eva',
      detail: { product: 'Pan', values: 1 },
    });
  });

  it('is read by its whole ending: a packed file is of the format that stands before .gz', async () => {
    const sale = { date: '2026-03-01', merchant: 'Ana', product: 'Tomate', quantity: 1, price: 2 };
    for (const [name, text] of [
      ['ventas.jsonl.gz', JSON.stringify(sale)],
      ['VENTAS.NDJSON.GZ', JSON.stringify(sale)],
      ['ventas.json.gz', JSON.stringify([sale])],
      ['ventas.csv.gz', `${Object.keys(sale).join()}\n${Object.values(sale).join()}\n`],
      ['ventas.gz', `${Object.keys(sale).join()}\n${Object.values(sale).join()}\n`],
    ] as const) {
      const { json } = await owner('POST', '/api/imports', file(gzipSync(text), name));
      expect([json.problem, json.accepted], name).toEqual([null, 1]);
    }
  });
  it('without a file, with two, or as JSON is refused in a sentence', async () => {
    expect((await owner('POST', '/api/imports', {})).json.error.code).toBe('REQUEST_MEDIA_TYPE');
    expect((await owner('POST', '/api/imports', new FormData())).status).toBeGreaterThanOrEqual(400);
    const uploads = (): string[] => readdirSync(join(served.folder, 'uploads'));
    const before = uploads();
    for (const more of [1, 2, 5]) {
      const several = file('a,b\n1,2\n');
      for (let i = 0; i < more; i++) several.append('other', new Blob(['x']), 'x.csv');
      const { status, json } = await owner('POST', '/api/imports', several, { 'accept-language': 'en' });
      expect([status, json.error.code, json.error.message]).toEqual([
        400,
        'REQUEST_FILES_MANY',
        'The request brings more than one file, and none was taken: send each in a request of its own.',
      ]);
    }
    expect(uploads()).toEqual(before);
    // Fields beside it say nothing.
    const withField = file('fecha,tienda,producto,kg,precio\n2026-01-01,A,B,1,2\n');
    withField.append('note', 'mine');
    expect((await owner('POST', '/api/imports', withField)).status).toBe(201);
  });

  it('lists the sheets of a workbook, takes another one and another line of titles, and says what is missing', async () => {
    const sale = (day: number): string[] => [`2026-01-0${day}`, 'Ana', 'Uva', `${day}`, '2.5'];
    const book = workbookOfSheets({
      Resumen: [['Total', '12']],
      Enero: [['Caja 1'], ['a', 'b', 'c', 'd', 'e'], ['fecha', 'tienda', 'producto', 'kg', 'precio'], sale(1)],
      Notas: [
        ['fecha', 'nota'],
        ['2026-01-01', 'lluvia'],
      ],
    });
    const sent = await owner('POST', '/api/uploads', file(book, 'libro.xlsx'));
    expect([sent.status, sent.json.fileName]).toEqual([201, 'libro.xlsx']);
    const at = `/api/imports/${sent.json.importId}`;
    expect((await owner('GET', `${at}/progress`)).json).toMatchObject({ step: null, rows: 0, of: null });
    const preview = async (options: object) => (await owner('POST', `${at}/preview`, options)).json;
    expect(await preview({})).toMatchObject({
      sheets: [
        { name: 'Resumen', rows: 1, columns: 2, read: false },
        { name: 'Enero', rows: 4, columns: 5, read: true },
        { name: 'Notas', rows: 2, columns: 2, read: false },
      ],
      headerLine: 3,
      start: [
        { line: 1, cells: ['Caja 1'] },
        { line: 2, cells: ['a', 'b', 'c', 'd', 'e'] },
        { line: 3, cells: ['fecha', 'tienda', 'producto', 'kg', 'precio'] },
        { line: 4, cells: sale(1) },
      ],
      accepted: 1,
      missing: [],
    });
    expect(await preview({ headerRow: 2 })).toMatchObject({ headerLine: 2, headers: ['a', 'b', 'c', 'd', 'e'] });
    expect(await preview({ headerRow: 0, sheet: 'Enero' })).toMatchObject({ headers: ['#1', '#2', '#3', '#4', '#5'] });
    expect((await preview({ headerRow: 9 })).problem).toMatchObject({ code: 'IMPORT_HEADER_ROW' });
    const notes = await preview({ sheet: 'Notas' });
    expect(notes.sheets.map(({ read }: { read: boolean }) => read)).toEqual([false, false, true]);
    expect(notes.missing.map(({ field }: { field: string }) => field)).toEqual(
      expect.arrayContaining(['quantity', 'price', 'merchant']),
    );
    expect(notes.problem.message).not.toContain('--');
    expect((await owner('DELETE', at)).status).toBe(200);
    expect((await owner('GET', `${at}/progress`)).status).toBe(404);
  });

  it('leaves nothing of its file on disk; what it left out can still be had, and it is not imported twice', async () => {
    const { importId } = (
      await owner('POST', '/api/imports', file('fecha,tienda,producto,kg,precio\n2026-01-01,A,B,1,2\nx,A,B,1,2\n'))
    ).json;
    const folder = join(served.folder, 'uploads', importId);
    expect(readdirSync(folder)).toContain('file.csv');
    const at = `/api/imports/${importId}`;
    // What was refused may be mended.
    expect((await owner('POST', `${at}/commit`, {})).status).toBe(422);
    expect(readdirSync(folder)).toContain('file.csv');
    expect((await owner('POST', `${at}/commit`, { skipBad: true })).status).toBe(200);
    expect(readdirSync(folder).sort()).toEqual(['file.csv.rejected.csv', 'upload.json']);
    const left = await owner('GET', `${at}/rejected.csv`);
    expect(left.text.split('\n')).toEqual([
      'fecha,tienda,producto,kg,precio,línea,motivo',
      expect.stringMatching(/^x,A,B,1,2,3,"?La fecha .*«x»/),
      '',
    ]);
    // By its ending it is known again.
    expect(left.headers.get('content-disposition')).toContain('.rejected.csv');
    for (const again of ['commit', 'preview']) {
      const { status, json } = await owner('POST', `${at}/${again}`, {});
      expect([status, json.error.code]).toEqual([409, 'IMPORT_ENDED']);
    }
    expect((await owner('DELETE', at)).status).toBe(200);
  });

  it.each([
    ['no boundary', 'multipart/form-data', 'x'],
    ['an empty boundary', 'multipart/form-data; boundary=', 'x'],
    ['a boundary of 5,000 bytes', `multipart/form-data; boundary=${'a'.repeat(5_000)}`, 'x'],
    ['nothing', 'multipart/form-data; boundary=abc', ''],
    ['no part', 'multipart/form-data; boundary=abc', '--abc--\r\n'],
    ['a part without a name', 'multipart/form-data; boundary=abc', '--abc\r\nX: y\r\n\r\ndate\r\n--abc--\r\n'],
    [
      'a field instead of a file',
      'multipart/form-data; boundary=abc',
      '--abc\r\nContent-Disposition: form-data; name="file"\r\n\r\nplain\r\n--abc--\r\n',
    ],
    [
      'a name that is none',
      'multipart/form-data; boundary=abc',
      '--abc\r\nContent-Disposition: form-data; name="__proto__"; filename="a.csv"\r\n\r\nx\r\n--abc--',
    ],
    [
      'a file that was cut',
      'multipart/form-data; boundary=abc',
      '--abc\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\ndate,m',
    ],
    ['a header that was cut', 'multipart/form-data; boundary=abc', '--abc\r\nContent-Dispos'],
  ])('of a request with %s is refused in our words', async (_, contentType, body) => {
    const key = await served.key(['train'], null);
    const headers = { authorization: `Bearer ${key}`, 'content-type': contentType, 'accept-language': 'en' };
    const answer = await fetch(`${served.url}/api/imports`, { method: 'POST', headers, body });
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect([answer.status, error.code]).toEqual([400, 'REQUEST_MULTIPART']);
    expect(error.message).toContain('as multipart/form-data');
  });

  it.each([
    ['null.json', '[null]', 'IMPORT_JSON_ROW'],
    [
      'far.xlsx',
      workbookOf({ rows: `${SALES_ROWS}<row r="5">${number('A999999999', 1)}</row>` }),
      'IMPORT_CELL_OUTSIDE',
    ],
    ['cut.parquet', parquetSales(60).fill(0xfb, 200, 260), 'IMPORT_UNREADABLE'],
    ['deep.json', '['.repeat(100_000), 'IMPORT_TOO_DEEP'],
    ['none.json', '[{"":1,"date":2}]', 'IMPORT_MISSING_COLUMN'],
  ])('of %s tells what is wrong, by the file’s name, and the next upload works', async (name, content, code) => {
    const preview = await owner('POST', '/api/imports', file(content, name), { 'accept-language': 'en' });
    expect(preview.json.problem).toMatchObject({ code, message: expect.stringContaining(name) });
    const committed = await owner(
      'POST',
      `/api/imports/${preview.json.importId}/commit`,
      {},
      { 'accept-language': 'en' },
    );
    expect(committed).toMatchObject({ status: 422, json: { error: { code, message: expect.stringContaining(name) } } });
    expect(
      (await owner('POST', '/api/imports', file('fecha,tienda,producto,kg,precio\n2026-01-01,A,B,1,2\n'))).json
        .accepted,
    ).toBe(1);
  });

  it(`of ${LONG ? 200 : 67} hostile files crashes nothing and leaves the store sane`, async () => {
    // Ten ways of writing of each trouble: every third file has each trouble, and each way. All of them go in by the
    // library (test/data/hostile-files.test.ts).
    const files = handmadeFiles().filter((_, i) => LONG || i % 3 === 0);
    expect(files).toHaveLength(LONG ? 200 : 67);
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
    expect(understood).toBeGreaterThan(files.length / 10);
    expect((await owner('GET', '/api/health')).status).toBe(200);
    const store = await openStore(served.folder);
    for await (const series of store.sales.stream({}))
      for (const quantity of series.quantity) expect(Number.isFinite(quantity) && quantity >= 0).toBe(true);
    await store.close();
  }, 120_000);
});
