/** Prints the guide's page on files from the examples that a test reads (test/support/example-files.ts). */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LANGS, type Lang } from '../src/core/vocabulary.ts';
import { shownDialects } from '../test/support/dialects.ts';
import { EXAMPLE_FILES, type ExampleFile } from '../test/support/example-files.ts';

/** By language, from the root of the repository. */
export const FILES_PAGES: Readonly<Record<Lang, string>> = {
  en: 'docs/guide/en/files.md',
  es: 'docs/guide/es/archivos.md',
};

const WORDS: Readonly<
  Record<
    Lang,
    Readonly<
      Record<
        | ('title' | 'intro' | 'commands' | 'after' | 'asks' | 'reads' | 'head' | 'notGiven' | 'ways' | 'waysIntro')
        | keyof ReturnType<typeof shownDialects>,
        string
      >
    >
  >
> = {
  en: {
    title: 'What your file may look like',
    intro:
      'CSV, XLSX, Parquet, JSON and JSON lines, in UTF-8, UTF-16 or the encodings of older programs, with headers in Spanish, English,\n' +
      'Portuguese or French. The whole file settles how it is read, and `demanda import` prints it, column by column. What can be read in\n' +
      'two ways is asked on a terminal, and refused elsewhere with the option that settles it. Nothing is written while a question is open.\n' +
      '`--dry-run` shows all of it and writes nothing. Each example below is read by a test as this page says.',
    commands:
      '    npx demanda import sales.csv --dry-run            # shows how it is read, writes nothing\n' +
      '    npx demanda import sales.csv                      # asks on a terminal what the file leaves open\n' +
      '    npx demanda import sales.csv --date-format mm/dd/yyyy --decimal .\n' +
      '    npx demanda import january.csv february.xlsx      # the days of both add up\n' +
      '    npx demanda import corrected.csv --replace        # takes the place of the days that are there\n' +
      '    npx demanda imports undo 3f2a                     # takes an import back, exactly\n' +
      '    npx demanda import april.csv --forget-mapping     # reads it anew, not as its kind was read before',
    after:
      'What was said of a file (its columns, marks, formats, unit, zone, sheet) is remembered by its headers, holds for the next file\n' +
      'with the same ones and is shown each time. An option that is given wins; what the file itself says against it is asked or refused.\n' +
      'Times in UTC are taken to the zone of `demanda settings --timezone`, unless the import has its own. Amounts in another currency than\n' +
      'the workspace’s are refused.\n' +
      '\n' +
      'A covariate of words (`--covariates weather`) is an indicator for each of its categories, of the twelve most frequent: the others count\n' +
      'as one. Case does not matter, and an empty cell is of no category. A plan (`forecast --plan`) says them in the same words.\n' +
      '\n' +
      'A quantity, price or cost far off those around it is held: named, and left out until it is mended or accepted (`demanda held`, `held --accept`).\n' +
      '\n' +
      'Lists of costs and of market prices follow the rule of sales: what is the same passes, other values for days that are there take `--replace`,\n' +
      'and two lists of one command that differ are refused. A value far off the others of its product, a cost of 0 and days with several values are named.\n' +
      'A list of [stock on hand](perishables.md#a-list-of-stock) has a quantity, perhaps a last day, and no price.\n' +
      '\n' +
      'Named are also a last week or month that is not over yet, lines that are exact copies, and a part of the file that was pasted twice. Quantities\n' +
      'whose unit nobody names are taken for kilos, which is said: `--unit` says another. `--currency` never relabels amounts that are there.\n' +
      '`--skip-bad` writes rows that are refused to `FILE.rejected.csv` (of a folder or a pattern `FOLDER.rejected.csv`, beside it), parted and encoded as the\n' +
      'file is, with two columns more, the line and the reason: mended and imported, they join their days.\n' +
      '\n' +
      '`--header-row` says in which line the titles of the columns are, where they are not found (`0`: there are none); it is remembered like the rest.',
    asks: 'Asked about; settled by',
    reads: 'is read as',
    head: '| merchant | product | day | quantity | price |',
    notGiven: '–',
    ways: 'How it may be written',
    waysIntro:
      'A test writes tables in these ways, mixed at random, and every one of them is read to the number, or refused as unclear (300 files in\n' +
      'every run, 20,000 in the long one):',
    dates: 'Dates',
    numbers: 'Numbers, in columns parted by `,` `;` `|` or tabs, in quotes or not',
    amounts: 'Amounts',
    encodings: 'Encodings',
    headers: 'Headers, among many others',
  },
  es: {
    title: 'Cómo puede ser su archivo',
    intro:
      'CSV, XLSX, Parquet, JSON y líneas JSON, en UTF-8, UTF-16 o las codificaciones de programas antiguos, con encabezados en español,\n' +
      'inglés, portugués o francés. El archivo entero decide cómo se lee, y `demanda importar` lo muestra, columna por columna. Lo que se\n' +
      'puede leer de dos maneras se pregunta en el terminal, y en otro caso se rechaza con la opción que lo decide. No se escribe nada\n' +
      'mientras quede una pregunta. `--simular` lo muestra todo y no escribe nada. Una prueba lee cada ejemplo como dice esta página.',
    commands:
      '    npx demanda importar ventas.csv --simular         # muestra cómo se lee, no escribe nada\n' +
      '    npx demanda importar ventas.csv                   # en un terminal pregunta lo que el archivo deja abierto\n' +
      '    npx demanda importar ventas.csv --formato-fecha mm/dd/aaaa --decimal .\n' +
      '    npx demanda importar enero.csv febrero.xlsx       # los días de los dos se suman\n' +
      '    npx demanda importar corregido.csv --reemplazar   # ocupa el lugar de los días que ya están\n' +
      '    npx demanda importaciones deshacer 3f2a           # deshace una importación, exactamente\n' +
      '    npx demanda importar abril.csv --olvidar-mapa     # lo lee de nuevo, no como se leyó antes su tipo',
    after:
      'Lo que se dijo de un archivo (columnas, signos, formatos, unidad, zona, hoja) se recuerda por sus títulos, vale para el siguiente\n' +
      'con los mismos y se muestra cada vez. La opción que se da manda; lo que el propio archivo dice en contra se pregunta o se rechaza.\n' +
      'Las horas en UTC pasan a la zona de `demanda ajustes --zona-horaria`, salvo que la importación indique la suya. Los importes en otra\n' +
      'moneda que la del espacio se rechazan.\n' +
      '\n' +
      'Una covariable de palabras (`--covariables clima`) es un indicador por cada categoría, de las doce más frecuentes: las demás cuentan\n' +
      'como una. No importan las mayúsculas, y una celda vacía no es de ninguna. Un plan (`pronosticar --plan`) las dice con las mismas palabras.\n' +
      '\n' +
      'Una cantidad, un precio o un costo muy lejos de los que lo rodean se retiene: se nombra y no cuenta hasta que se corrija o se acepte\n' +
      '(`demanda retenidos`, `retenidos --aceptar`).\n' +
      '\n' +
      'Las listas de costos y de precios de mercado siguen la regla de las ventas: lo igual pasa, otros valores para días que ya están piden\n' +
      '`--reemplazar`, y dos listas de una orden que difieren se rechazan. Un valor muy lejos de los demás de su producto, un costo de 0 y los\n' +
      'días con varios valores se nombran. Una lista de [existencias](perecederos.md#una-lista-de-existencias) tiene una cantidad, quizá una\n' +
      'caducidad, y ningún precio.\n' +
      '\n' +
      'También se nombran una última semana o mes que aún no terminó, las líneas que son copias exactas y una parte del archivo pegada dos veces.\n' +
      'Las cantidades sin unidad se toman por kilos, y se dice: `--unidad` dice otra. `--moneda` nunca cambia de nombre los importes que ya están.\n' +
      '`--omitir-malas` escribe las filas rechazadas en `ARCHIVO.rejected.csv` (de una carpeta o un patrón, en `CARPETA.rejected.csv`, a su lado), separadas y codificadas\n' +
      'como en el archivo y con dos columnas más, la línea y el motivo: corregidas e importadas, se suman a sus días.\n' +
      '\n' +
      '`--fila-titulos` dice en qué línea están los títulos de las columnas, si no se encuentran (`0`: no los hay); se recuerda como lo demás.',
    asks: 'Se pregunta; lo decide',
    reads: 'se lee como',
    head: '| comerciante | producto | día | cantidad | precio |',
    notGiven: '–',
    ways: 'Cómo puede estar escrito',
    waysIntro:
      'Una prueba escribe tablas de estas maneras, mezcladas al azar, y cada una se lee hasta el último número o se rechaza por no estar clara\n' +
      '(300 archivos cada vez, 20.000 en la prueba larga):',
    dates: 'Fechas',
    numbers: 'Números, en columnas separadas por `,` `;` `|` o tabuladores, entre comillas o no',
    amounts: 'Importes',
    encodings: 'Codificaciones',
    headers: 'Títulos, entre muchos otros',
  },
};

/** Ways of the dialects that a test writes files in (test/support/dialects.ts). */
function ways(lang: Lang): string[] {
  const words = WORDS[lang];
  const shown = shownDialects(lang);
  const list = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(' · ');
  const lines = (Object.keys(shown) as (keyof typeof shown)[]).map((name) => `- ${words[name]}: ${list(shown[name])}`);
  return [`## ${words.ways}`, '', words.waysIntro, '', ...lines, ''];
}

function section({ title, text, flags, rows }: ExampleFile, lang: Lang): string[] {
  const words = WORDS[lang];
  const shown = rows.map((row) => `| ${row.split(' · ').join(' | ').replace('NaN', words.notGiven)} |`);
  return [
    `## ${title[lang]}`,
    '',
    '```',
    text,
    '```',
    '',
    ...(flags ? [`${words.asks} \`${flags[lang]}\`.`, ''] : []),
    `${words.reads}:`,
    '',
    words.head,
    '|---|---|---|---|---|',
    ...shown,
    '',
  ];
}

export function filesPage(lang: Lang): string {
  const { title, intro, commands, after } = WORDS[lang];
  return [
    `# ${title}`,
    '',
    intro,
    '',
    commands,
    '',
    after,
    '',
    ...ways(lang),
    ...EXAMPLE_FILES.flatMap((example) => section(example, lang)),
  ].join('\n');
}

if (import.meta.main)
  for (const lang of LANGS) writeFileSync(join(import.meta.dirname, '..', FILES_PAGES[lang]), filesPage(lang));
