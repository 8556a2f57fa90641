import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { encodingOf } from '../../../src/data/reading/encoding.ts';

const SPANISH = 'fecha,producto\n2025-01-01,Jamón\n2025-01-02,Piña\n2025-01-03,Plátano Ñora CAÑÓN\n';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const found = async (bytes: Buffer, told: string | null = null, size = 7): Promise<string> =>
  encodingOf(pieces(bytes, size), told, 'ventas.csv').then(
    ({ encoding }) => encoding,
    (error: { code: string; params?: { line?: number }; parameters?: { line?: number } }) =>
      `${error.code}:${error.parameters?.line}`,
  );

describe('the encoding of a text', () => {
  it.each(['windows-1252', 'cp850', 'macintosh', 'utf-16le', 'utf-16be', 'utf-8'])(
    '%s is told by its letters',
    async (encoding) => {
      expect(await found(iconv.encode(SPANISH, encoding))).toBe(encoding);
    },
  );
  it.each([
    ['windows-1250', 'data,produkt\n1,Żółta papryka\n2,Jabłko\nŚliwka węgierka\n'],
    ['windows-1251', 'дата,товар\n1,Помидоры красные\n2,Картофель молодой\nОгурцы свежие\n'],
  ])('%s too', async (encoding, text) => {
    expect(await found(iconv.encode(text, encoding))).toBe(encoding);
  });
  it('is UTF-8 wherever the bytes are, however they are cut', async () => {
    for (const size of [1, 2, 3, 5, 64]) expect(await found(Buffer.from(SPANISH), null, size)).toBe('utf-8');
    for (let blanks = 0; blanks < 5; blanks++)
      expect(await found(Buffer.from(`${'a,b\n'.repeat(16_383)}${' '.repeat(blanks)}Jamón`), null, 65_536)).toBe(
        'utf-8',
      );
  });
  it('is found by a letter behind a hundred thousand plain lines', async () => {
    const text = Buffer.concat([Buffer.from('a,b\n'.repeat(100_000)), iconv.encode('Jamón,1\n', 'latin1')]);
    expect(await found(text, null, 65_536)).toBe('windows-1252');
  });
  it('of two kinds in one file is refused with the line', async () => {
    const text = Buffer.concat([Buffer.from('a\nJamón\n'), Buffer.from([0x43, 0x61, 0x66, 0xe9, 10])]);
    expect(await found(text)).toBe('IMPORT_ENCODING_MIXED:3');
  });
  it('that is told and is not the text’s is refused with the line; one that does not exist too', async () => {
    expect(await found(iconv.encode(SPANISH, 'latin1'), 'utf-8')).toBe('IMPORT_ENCODING_WRONG:2');
    expect(await found(Buffer.from(SPANISH), 'klingon')).toMatch(/^IMPORT_ENCODING:/);
  });
});
