/** Units that quantities are written in, and what they are in the unit that a cell is kept in. */

export interface Unit {
  /** Kept as: kg, l or ud. */
  readonly base: 'kg' | 'l' | 'ud';
  /** Base units in one of it: 0.001 of g. */
  readonly factor: number;
}

const WEIGHT: Readonly<Record<string, number>> = {
  kg: 1,
  g: 0.001,
  mg: 1e-6,
  t: 1_000,
  lb: 0.453_592_37,
  oz: 0.028_349_523_125,
};
const VOLUME: Readonly<Record<string, number>> = { l: 1, ml: 0.001, cl: 0.01, dl: 0.1, gal: 3.785_411_784 };
const COUNT: Readonly<Record<string, number>> = { ud: 1, docena: 12 };

/** Other ways to write a unit, in Spanish, English, Portuguese and French. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  kg: ['kg', 'kgs', 'kilo', 'kilos', 'kilogramo', 'kilogramos', 'kilogram', 'kilograms', 'k'],
  g: ['g', 'gr', 'grs', 'gramo', 'gramos', 'gram', 'grams', 'gramas', 'gramme', 'grammes'],
  mg: ['mg'],
  t: ['t', 'tn', 'ton', 'tonelada', 'toneladas', 'tonne', 'tonnes'],
  lb: ['lb', 'lbs', 'libra', 'libras', 'pound', 'pounds'],
  oz: ['oz', 'onza', 'onzas', 'ounce', 'ounces'],
  l: ['l', 'lt', 'lts', 'litro', 'litros', 'litre', 'litres', 'liter', 'liters'],
  ml: ['ml', 'mililitro', 'mililitros'],
  cl: ['cl', 'centilitro', 'centilitros'],
  dl: ['dl'],
  gal: ['gal', 'gallon', 'gallons', 'galon', 'galones'],
  ud: [
    ...['ud', 'uds', 'u', 'un', 'und', 'unds', 'unid', 'unids', 'unidad', 'unidades', 'unit', 'units', 'unidade', 'pc'],
    ...['pcs', 'pz', 'pzs', 'pza', 'pzas', 'pieza', 'piezas', 'piece', 'pieces', 'ea', 'each', 'x', 'item', 'items'],
  ],
  docena: ['docena', 'docenas', 'dozen', 'dz', 'doz'],
};

const UNITS: ReadonlyMap<string, Unit> = new Map(
  Object.entries(WRITTEN).flatMap(([name, written]) =>
    written.map((text): [string, Unit] => {
      if (name in WEIGHT) return [text, { base: 'kg', factor: WEIGHT[name] }];
      if (name in VOLUME) return [text, { base: 'l', factor: VOLUME[name] }];
      return [text, { base: 'ud', factor: COUNT[name] }];
    }),
  ),
);

/** The unit that a text names, whatever its case and points; null for a text that names none. */
export function unitNamed(text: string): Unit | null {
  return UNITS.get(text.trim().toLowerCase().replace(/\./g, '')) ?? null;
}
