/** Files as people bring them, of which the guide's page is made (scripts/print-files.ts) and which a test reads. */

export interface ExampleFile {
  readonly title: Readonly<Record<'en' | 'es', string>>;
  readonly text: string;
  /** Options of the import, as the library takes them and as the command line does. */
  readonly options?: Readonly<Record<string, string | boolean>>;
  readonly flags?: Readonly<Record<'en' | 'es', string>>;
  /** merchant · product · day · quantity · price of every row, with the options. */
  readonly rows: readonly string[];
  /** Code of the refusal without the options; absent where none is needed. */
  readonly refused?: string;
}

export const EXAMPLE_FILES: readonly ExampleFile[] = [
  {
    title: { en: 'A plain CSV', es: 'Un CSV sencillo' },
    text: 'date,store,product,qty,price\n2025-03-01,Centre,Bread,12,1.20\n2025-03-01,Centre,Ham,0.850,14.50',
    rows: ['Centre · Bread · 2025-03-01 · 12 · 1.2', 'Centre · Ham · 2025-03-01 · 0.85 · 14.5'],
  },
  {
    title: {
      en: 'A till’s export: titles above the headers, semicolons, decimal commas, a total',
      es: 'La exportación de una caja: títulos sobre los encabezados, punto y coma, coma decimal, un total',
    },
    text: 'Ventas por artículo\nTienda: Ana\n\nFecha;Tienda;Artículo;Cantidad (kg);Precio\n13/03/2025;Ana;Lomo;0,850;12,50\n14/03/2025;Ana;Lomo;1,250;13,90\nTOTAL;;;2,100;',
    rows: ['Ana · Lomo · 2025-03-13 · 0.85 · 12.5', 'Ana · Lomo · 2025-03-14 · 1.25 · 13.9'],
  },
  {
    title: { en: 'What Excel writes first: sep=;', es: 'Lo que Excel escribe primero: sep=;' },
    text: 'sep=;\nfecha;tienda;producto;uds;pvp\n2025-03-01;Ana;Pan;12;1,20',
    rows: ['Ana · Pan · 2025-03-01 · 12 · 1.2'],
  },
  {
    title: {
      en: 'Month before day: settled by a day above 12',
      es: 'El mes antes que el día: lo decide un día mayor que 12',
    },
    text: 'date,store,product,qty,price\n03/01/2025,A,Milk,4,0.99\n03/13/2025,A,Milk,5,0.99',
    rows: ['A · Milk · 2025-03-01 · 4 · 0.99', 'A · Milk · 2025-03-13 · 5 · 0.99'],
  },
  {
    title: {
      en: 'A date that can be read in two ways is asked about',
      es: 'Una fecha que se puede leer de dos maneras se pregunta',
    },
    text: 'date,store,product,qty,price\n03/04/2025,A,Milk,4,0.99',
    refused: 'IMPORT_DATE_UNCLEAR',
    options: { dateFormat: 'mm/dd/yyyy' },
    flags: { en: '--date-format mm/dd/yyyy', es: '--formato-fecha mm/dd/aaaa' },
    rows: ['A · Milk · 2025-03-04 · 4 · 0.99'],
  },
  {
    title: { en: 'Month names', es: 'Meses por su nombre' },
    text: 'fecha,tienda,producto,cantidad,precio\n1 de febrero de 2025,A,Pan,4,2\n02-feb-25,A,Pan,5,2',
    rows: ['A · Pan · 2025-02-01 · 4 · 2', 'A · Pan · 2025-02-02 · 5 · 2'],
  },
  {
    title: { en: 'Totals of lines in place of prices', es: 'Totales de línea en vez de precios' },
    text: 'fecha,tienda,producto,cantidad,importe\n2025-03-01,A,Pan,4,8\n2025-03-02,A,Pan,5,10',
    rows: ['A · Pan · 2025-03-01 · 4 · 2', 'A · Pan · 2025-03-02 · 5 · 2'],
  },
  {
    title: { en: 'What came back is taken off its day', es: 'Lo devuelto se resta de su día' },
    text: 'date,store,product,qty,price\n2025-03-01,A,Lamp,3,20\n2025-03-01,A,Lamp,-1,20',
    rows: ['A · Lamp · 2025-03-01 · 2 · 20'],
  },
  {
    title: { en: 'Weeks by their number', es: 'Semanas por su número' },
    text: 'week,store,product,qty,price\n1,A,Oil,40,6\n2,A,Oil,44,6',
    refused: 'IMPORT_DATE_INDEX',
    options: { start: '2025-01-06', every: 'week' },
    flags: { en: '--start 2025-01-06 --every week', es: '--inicio 2025-01-06 --cada week' },
    rows: ['A · Oil · 2025-01-06 · 40 · 6', 'A · Oil · 2025-01-13 · 44 · 6'],
  },
  {
    title: {
      en: 'A day without a row on which the shop sold something else counts as zero',
      es: 'Un día sin fila en que la tienda vendió otra cosa cuenta como cero',
    },
    text: 'date,store,product,qty,price\n2025-03-01,A,Bread,9,2\n2025-03-01,A,Jam,1,4\n2025-03-02,A,Bread,8,2\n2025-03-03,A,Bread,9,2\n2025-03-03,A,Jam,1,4',
    rows: [
      'A · Bread · 2025-03-01 · 9 · 2',
      'A · Bread · 2025-03-02 · 8 · 2',
      'A · Bread · 2025-03-03 · 9 · 2',
      'A · Jam · 2025-03-01 · 1 · 4',
      'A · Jam · 2025-03-02 · 0 · NaN',
      'A · Jam · 2025-03-03 · 1 · 4',
    ],
  },
];
