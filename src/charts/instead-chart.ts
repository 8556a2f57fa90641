/** What sells instead of what: what a dearer product does to the sales of each other one. */

import type { PortfolioEffect } from '../contract/documents.ts';
import type { Lang } from '../core/vocabulary.ts';
import { asOption, axis, base, type Chart, type Palette, percentFormat } from './chart-base.ts';
import { chartWords } from './words.ts';

/** Products that are drawn, those that matter most to others; the table has them all. */
export const MOST_PRODUCTS = 12;
/** Letters of a name on an axis. */
const MOST_LETTERS = 18;
/** By how much dearer, as a share: a step that shops make. */
const DEARER = 0.1;
/** A field narrower than this has no room for its figure. */
const LEAST_WIDTH = 42;

/** What is sold more (above 0) or less of a product where another is 10 % dearer, as a share. */
export function soldInstead(elasticity: number): number {
  return (1 + DEARER) ** elasticity - 1;
}

/** A field of the picture. */
interface Field {
  readonly row: number;
  readonly column: number;
  readonly change: number;
}

/** @param effects at least one */
export function insteadChart(effects: readonly PortfolioEffect[], lang: Lang, palette: Palette): Chart {
  const word = chartWords(lang);
  const names = productsOf(effects);
  const fields = effects.flatMap(({ product, of, elasticity }): Field[] => {
    const [row, column] = [names.indexOf(of), names.indexOf(product)];
    return row < 0 || column < 0 ? [] : [{ row, column, change: soldInstead(elasticity.value) }];
  });
  const most = Math.max(...fields.map(({ change }) => Math.abs(change)));
  const title = word('insteadTitle');
  const description = word('insteadText');
  const series = [
    fieldsOf(
      word('insteadMore'),
      palette.demand,
      fields.filter(({ change }) => change > 0),
      most,
      lang,
      palette,
    ),
    fieldsOf(
      word('insteadLess'),
      palette.optimum,
      fields.filter(({ change }) => change < 0),
      most,
      lang,
      palette,
    ),
  ].filter(({ data }) => (data as readonly unknown[]).length > 0);
  return {
    title,
    description,
    option: asOption({
      ...base(title, description, palette, series),
      xAxis: { ...nameAxis(word('insteadAxis'), names, palette, lang), axisLabel: label(names, palette, 38) },
      yAxis: { ...nameAxis('', names, palette, lang), inverse: true, axisLabel: label(names, palette, 0) },
      series,
    }),
    table: {
      columns: [word('insteadDearer'), word('insteadSells'), word('insteadChange'), word('low'), word('high')],
      rows: effects.map(({ product, of, elasticity: { value, low, high } }) => [
        ...[of, product, soldInstead(value), soldInstead(low), soldInstead(high)],
      ]),
      shares: [2, 3, 4],
    },
  };
}

/** Products with an effect, those with the strongest first. */
function productsOf(effects: readonly PortfolioEffect[]): string[] {
  const names = effects
    .toSorted((a, b) => Math.abs(b.elasticity.value) - Math.abs(a.elasticity.value))
    .flatMap(({ of, product }) => [of, product]);
  return [...new Set(names)].slice(0, MOST_PRODUCTS);
}

function nameAxis(name: string, names: readonly string[], palette: Palette, lang: Lang): Record<string, unknown> {
  return {
    ...axis(name, palette, lang, 0, 'category'),
    axisTick: { show: false },
    // Names may be cut to the same: places tell them apart.
    data: names.map((_, i) => String(i)),
    splitLine: { show: true, lineStyle: { color: palette.grid } },
  };
}

function label(names: readonly string[], palette: Palette, rotate: number): Record<string, unknown> {
  return {
    color: palette.ink,
    fontSize: 11,
    interval: 0,
    rotate,
    formatter: (_: string, i: number) => shortened(names[i] as string),
  };
}

function shortened(name: string): string {
  return name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name;
}

interface DrawnApi {
  readonly coord: (point: readonly number[]) => [number, number];
  readonly size: (size: readonly number[]) => [number, number];
}

/** Fields of one colour, the stronger the fuller, with their figures where there is room. */
function fieldsOf(
  name: string,
  colour: string,
  fields: readonly Field[],
  most: number,
  lang: Lang,
  palette: Palette,
): Record<string, unknown> {
  const percent = percentFormat(lang);
  const signed = (change: number): string => `${change > 0 ? '+' : '−'}${percent(Math.abs(change))}`;
  return {
    name,
    type: 'custom',
    color: colour,
    silent: true,
    data: fields.map(({ row, column }) => [column, row]),
    encode: { x: 0, y: 1 },
    renderItem: ({ dataIndex }: { dataIndex: number }, api: DrawnApi) => {
      const { row, column, change } = fields[dataIndex] as Field;
      const [x, y] = api.coord([column, row]);
      const [width, height] = api.size([1, 1]);
      const shape = { x: x - width / 2 + 1, y: y - height / 2 + 1, width: width - 2, height: height - 2 };
      return {
        type: 'group',
        children: [
          { type: 'rect', shape, style: { fill: colour, opacity: 0.15 + (0.5 * Math.abs(change)) / most } },
          ...(width < LEAST_WIDTH
            ? []
            : [
                {
                  type: 'text',
                  style: {
                    x,
                    y,
                    text: signed(change),
                    fill: palette.ink,
                    font: '12px sans-serif',
                    align: 'center',
                    verticalAlign: 'middle',
                  },
                },
              ]),
        ],
      };
    },
  };
}
