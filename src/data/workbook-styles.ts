/** Which cell formats of a workbook show numbers as dates: a date is stored as a number, and only its format tells. */

import { attribute, type WorkbookParts } from './workbook-parts.ts';

/** Built-in formats that are dates or times, in any locale (ECMA-376 part 1, 18.8.30). */
const DATE_FORMATS: readonly (readonly [number, number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
  [71, 81],
];
/** Own formats begin here. */
const FIRST_OWN_FORMAT = 100;
/** Formats that a workbook may define; Excel allows 65,490. */
const MAX_FORMATS = 100_000;

/** Per cell format (the `s` of a cell), whether it shows dates. */
export async function readDateStyles(parts: WorkbookParts, part: string): Promise<readonly boolean[]> {
  const own = new Map<number, boolean>();
  const styles: boolean[] = [];
  const base: number[] = [];
  let within: 'cellStyleXfs' | 'cellXfs' | null = null;
  const isDate = (format: number): boolean =>
    own.get(format) ?? DATE_FORMATS.some(([first, last]) => format >= first && format <= last);
  await parts.read(part, {
    open(name, attributes) {
      if (name === 'cellStyleXfs' || name === 'cellXfs') within = name;
      else if (name === 'numFmt' && own.size < MAX_FORMATS) {
        const id = Number(attribute(attributes, 'numFmtId'));
        if (id >= FIRST_OWN_FORMAT) own.set(id, showsDate((attribute(attributes, 'formatCode') ?? '').slice(0, 255)));
      } else if (name === 'xf' && within !== null && styles.length < MAX_FORMATS && base.length < MAX_FORMATS) {
        const format = attribute(attributes, 'numFmtId');
        if (within === 'cellStyleXfs') base.push(Number(format ?? 0));
        else styles.push(isDate(Number(format ?? base[Number(attribute(attributes, 'xfId') ?? -1)] ?? 0)));
      }
    },
    close(name) {
      if (name === within) within = null;
    },
  });
  return styles;
}

const DATE_TOKENS: ReadonlySet<string> = new Set(
  ['s', 'ss', 'm', 'mm', 'h', 'hh', 'am', 'pm', 'a', 'p', 'd', 'dd', 'ddd', 'dddd', 'aaa', 'aaaa', 'aaaaa'].concat([
    'mmm',
    'mmmm',
    'mmmmm',
    'y',
    'yy',
    'yyyy',
    'e',
    'ee',
    'eeee',
  ]),
);

/** Whether a format's code, of any of its sections, consists of nothing but parts of dates and times. */
function showsDate(code: string): boolean {
  const sections = code.toLowerCase().replace(/;@$/, '').replace(/\\./g, ' ').split(';');
  return sections.some((section) => {
    const bare = section
      .replace(/"[^"]*"/g, ' ')
      // Fractions of a second, and hours or minutes beyond a day.
      .replace(/(\[?[smhd]{1,2}\]?)[.,]00?0?/g, '$1')
      .replace(/\[([smhd]{1,2})\]/g, '$1')
      .replace(/\[[^\]]*\]/g, '');
    const tokens = bare.split(/[^a-z0#?%]+/).filter((token) => token !== '');
    return tokens.length > 0 && tokens.every((token) => DATE_TOKENS.has(token));
  });
}
