/** What arguments mean before they are parsed: both languages' names of options mean the same, and some options stand for every command. */

export const SPANISH_OPTIONS: Readonly<Record<string, string>> = {
  '--comerciante': '--merchant',
  '--producto': '--product',
  '--tipo-producto': '--product-type',
  '--todos': '--all',
  '--mapa': '--map',
  '--solo': '--only',
  '--hoja': '--sheet',
  '--tipo-archivo': '--kind',
  '--unidad': '--unit',
  '--pais': '--country',
  '--moneda': '--currency',
  '--covariables': '--covariates',
  '--covariables-conocidas': '--known-covariates',
  '--codificacion': '--encoding',
  '--formato-fecha': '--date-format',
  '--omitir-malas': '--skip-bad',
  '--simular': '--dry-run',
  '--iteraciones': '--iterations',
  '--datos-simulados': '--simulated-rows',
  '--usar-mercado': '--market',
  '--guardar-cada': '--checkpoint-every',
  '--evaluar-cada': '--evaluate-every',
  '--buscar-cada': '--search-every',
  '--paciencia': '--patience',
  '--reanudar': '--resume',
  '--desde-cero': '--fresh',
  '--modelos': '--models',
  '--ruido-simulado': '--simulation-noise',
  '--detalle': '--verbose',
  '--entrenamiento': '--run',
  '--listar': '--list',
  '--analizar': '--analyze',
  '--comparar': '--compare',
  '--procesos': '--workers',
  '--semilla': '--seed',
  '--agrupar': '--pooling',
  '--instrumento': '--instrument',
  '--horizonte': '--horizon',
  '--desde': '--from',
  '--exportar': '--export',
  '--precio': '--price',
  '--costo': '--cost',
  '--cantidad-diaria': '--daily-quantity',
  '--origenes': '--origins',
  '--paso': '--step',
  '--filas-minimas': '--min-rows',
  '--hasta': '--until',
  '--pronosticos': '--predictions',
  '--cambio-maximo': '--max-change',
  '--margen-minimo': '--min-margin',
  '--terminacion': '--price-ending',
  '--rango-probado': '--tried-range',
  '--banda-mercado': '--market-band',
  '--precio-minimo': '--min-price',
  '--precio-maximo': '--max-price',
  '--idioma': '--lang',
  '--espacio': '--workspace',
  '--silencio': '--quiet',
  '--puerto': '--port',
  '--direccion': '--host',
  '--metodo': '--solver',
  '--numero-version': '--version-number',
  '--ayuda': '--help',
};

/** What an option takes, in Spanish; alternatives that are typed as they stand (`off`, `es|en`) are not here. */
const SPANISH_PLACEHOLDERS: Readonly<Record<string, string>> = {
  name: 'nombre',
  names: 'nombres',
  file: 'archivo',
  dir: 'carpeta',
  address: 'dirección',
  price: 'precio',
  cost: 'costo',
  quantity: 'cantidad',
  share: 'parte',
  ending: 'final',
  date: 'fecha',
  days: 'días',
  column: 'columna',
  columns: 'columnas',
  scope: 'ámbito',
  kind: 'tipo',
  pairs: 'pares',
  unit: 'unidad',
  code: 'código',
  mark: 'signo',
  format: 'formato',
};

/** `--usar_mercado` and `--usar-mercado` are one; Spanish names become English ones. */
export function normalizedArguments(args: readonly string[]): string[] {
  return args.map((arg) => {
    if (!arg.startsWith('--')) return arg;
    const [name, ...value] = arg.split('=');
    const dashed = (name as string).replaceAll('_', '-').normalize('NFD').replace(/\p{M}/gu, '');
    return [SPANISH_OPTIONS[dashed] ?? dashed, ...value].join('=');
  });
}

/** The value that an option was given, with a blank or with `=`, before the command line is parsed. */
export function optionValue(args: readonly string[], option: string): string | undefined {
  const at = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  if (at < 0) return undefined;
  return (args[at] as string).includes('=') ? (args[at] as string).slice(option.length + 1) : args[at + 1];
}

/** Parts the options that every command takes from what else was given, so that they may stand before a command or alone. */
export function partShared(args: readonly string[]): { readonly shared: readonly string[]; readonly rest: readonly string[] } {
  const shared: string[] = [];
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (/^--(lang|workspace)=/.test(arg)) shared.push(arg);
    else if (arg === '--lang' || arg === '--workspace') shared.push(arg, ...args.slice(i + 1, ++i + 1));
    else rest.push(arg);
  }
  return { shared, rest };
}

/** Options that a text names, by their Spanish names: `--merchant` → `--comerciante`. */
export function spanishOptions(text: string): string {
  const names = Object.entries(SPANISH_OPTIONS);
  return text.replace(/--[a-z-]+/g, (long) => names.find(([, english]) => english === long)?.[0] ?? long);
}

/** `--merchant <name>` → `--comerciante <nombre>`. */
export function spanishFlags(flags: string): string {
  return spanishOptions(flags).replace(
    /<([a-z|]+)>/g,
    (_, taken: string) =>
      `<${taken
        .split('|')
        .map((word) => SPANISH_PLACEHOLDERS[word] ?? word)
        .join('|')}>`,
  );
}
