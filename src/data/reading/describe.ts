/** What was understood of a table, in the shape in which it is shown. */

import type { ColumnUnderstanding, FileUnderstanding } from '../../contract/file-understanding.ts';
import type { MatchedColumns } from '../columns.ts';
import type { Categories } from './categories.ts';
import type { DateReading } from './date-column.ts';
import type { Field, Header } from './fields.ts';
import type { NumberField, ShareField, TableStudy } from './study.ts';
import type { TableForm } from './table.ts';
import { headerText, type TableReading } from './understand.ts';

export function describeTable(table: {
  readonly form: TableForm;
  readonly headers: readonly Header[];
  readonly matched: MatchedColumns;
  readonly covariates: readonly {
    readonly name: string;
    readonly index: number;
    readonly categories: Categories | null;
  }[];
  readonly study: TableStudy;
  readonly reading: TableReading;
}): FileUnderstanding {
  const { form, headers, matched, covariates, study } = table;
  const { file } = form;
  const text = file.form === 'csv' || file.form === 'json' ? file.text : null;
  const used = new Set([...matched.columns.values()].flat());
  const columns: ColumnUnderstanding[] = [...matched.columns].map(([field, indexes]) => ({
    header: headerText(headers, indexes),
    field,
    sample: study.filling[indexes[0]]?.sample ?? null,
    filled: study.filling[indexes[0]]?.filled ?? 0,
    ...readingOf(field, table),
  }));
  for (const { name, index, categories } of covariates) {
    used.add(index);
    columns.push({
      ...plainColumn(headers, study, index),
      field: 'covariate',
      header: name,
      reading: categories === null ? {} : { categories: categories.kept.join(', ') },
    });
  }
  headers.forEach((_, index) => {
    if (!used.has(index)) columns.push(plainColumn(headers, study, index));
  });
  return {
    encoding: text?.encoding ?? null,
    delimiter: file.form === 'csv' ? file.delimiter : null,
    headerLine: form.headerLine,
    titles: form.titles,
    sheets: file.form === 'workbook' ? file.sheets : [],
    otherSheets: file.form === 'workbook' ? file.others : [],
    columns,
    totals: study.leftOut.totals,
    repeatedHeaders: study.leftOut.headers,
  };
}

function plainColumn(headers: readonly Header[], study: TableStudy, index: number): ColumnUnderstanding {
  const { sample, filled } = study.filling[index];
  return { header: headerText(headers, [index]), field: null, sample, filled, reading: {}, ground: null };
}

function readingOf(
  field: Field,
  { study, reading, headers, matched }: Parameters<typeof describeTable>[0],
): Pick<ColumnUnderstanding, 'reading' | 'ground'> {
  if (field === 'date' || field === 'expiry' || field === 'delivery') {
    const { dateGround: ground } = reading;
    const seen = 'seen' in ground ? ground.seen : {};
    return { reading: { dates: datesText(reading.date) }, ground: { by: ground.by, ...seen } };
  }
  const number = reading.numbers[field as NumberField];
  if (number) {
    const { ground } = number;
    const evidence = 'seen' in ground ? { value: ground.seen.value, line: ground.seen.line } : {};
    const [currency] = study.numbers[field as NumberField].currencies.keys();
    const [unit] = field === 'quantity' ? study.numbers.quantity.units.keys() : [];
    const header = headers[matched.columns.get(field)?.[0] ?? -1];
    return {
      reading: {
        ...(ground.by !== 'none' && { decimal: number.mark }),
        ...(currency !== undefined && { currency }),
        ...((unit ?? header?.unit) && { unit: unit ?? (header.unit as string) }),
        ...(field === 'discount' && reading.discount !== null && { scale: reading.discount }),
      },
      ground: ground.by === 'none' ? null : { by: ground.by, ...evidence },
    };
  }
  const scale = reading.shares[field as ShareField];
  return { reading: scale ? { scale } : {}, ground: null };
}

/** As a format: dd/mm/yyyy, yyyy-mm-dd, yyyy-Www; of plain numbers what they count. */
function datesText({ order, numbers, pair, tenths, zone, count }: DateReading): string {
  if (count !== null) return `1 = ${new Date(count.start * 86_400_000).toISOString().slice(0, 10)}, ${count.every}`;
  const format =
    order === 'dmy'
      ? 'dd/mm/yyyy'
      : order === 'mdy'
        ? 'mm/dd/yyyy'
        : (numbers ??
          (pair === 'week'
            ? 'yyyy-Www'
            : pair === 'month'
              ? tenths
                ? 'yyyy.mm (.1 = 10)'
                : 'yyyy-mm'
              : 'yyyy-mm-dd'));
  return zone === null ? format : `${format}, ${zone}`;
}
