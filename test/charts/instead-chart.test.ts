import { describe, expect, it } from 'vitest';
import { LIGHT } from '../../src/charts/chart-base.ts';
import { insteadChart, MOST_PRODUCTS } from '../../src/charts/instead-chart.ts';
import type { PortfolioEffect } from '../../src/contract/documents.ts';

const effect = (of: string, product: string, value: number): PortfolioEffect => ({
  ...{ of, product },
  elasticity: { value, low: value - 0.1, high: value + 0.1 },
});

interface Drawn {
  readonly series: readonly {
    readonly name: string;
    readonly data: readonly (readonly [number, number])[];
    readonly renderItem: (
      at: { dataIndex: number },
      api: { coord: (p: readonly number[]) => readonly number[]; size: () => readonly number[] },
    ) => { children: { type: string; style: { text?: string; opacity?: number } }[] };
  }[];
  readonly yAxis: { readonly axisLabel: { readonly formatter: (_: string, i: number) => string } };
}
const drawnOf = (effects: readonly PortfolioEffect[]): Drawn =>
  insteadChart(effects, 'en', LIGHT).option as unknown as Drawn;
const api = (width: number) => ({
  coord: ([x, y]: readonly number[]) => [x as number, y as number],
  size: () => [width, 30],
});

describe('insteadChart', () => {
  const effects = [effect('Red', 'White', 1), effect('White', 'Red', 0.5), effect('Red', 'Cheese', -0.5)];

  it('has a field for each pair, down by whose price it is and across by what sells, in the colour of its sign', () => {
    const { series, yAxis } = drawnOf(effects);
    const named = series.map(({ name, data }) => [
      name,
      data.map((at) => at.map((i) => yAxis.axisLabel.formatter('', i))),
    ]);
    expect(named).toEqual([
      [
        'sells more',
        [
          ['White', 'Red'],
          ['Red', 'White'],
        ],
      ],
      ['sells less', [['Cheese', 'Red']]],
    ]);
  });

  it('says how much more is sold at a price 10 % higher where there is room: 1.1 ** elasticity − 1', () => {
    const [more, less] = drawnOf(effects).series;
    const textsOf = (series: Drawn['series'][number] | undefined, width: number) =>
      series?.data.map((_, dataIndex) => series.renderItem({ dataIndex }, api(width)).children[1]?.style.text);
    expect(textsOf(more, 80)).toEqual(['+10%', '+4.9%']);
    expect(textsOf(less, 80)).toEqual(['−4.7%']);
    expect(textsOf(more, 20)).toEqual([undefined, undefined]);
    const opacities = more?.data.map((_, i) => more.renderItem({ dataIndex: i }, api(80)).children[0]?.style.opacity);
    expect(opacities?.[0]).toBeGreaterThan(opacities?.[1] as number);
  });

  it('draws those that matter most, and has all of them in its table', () => {
    const many = Array.from({ length: MOST_PRODUCTS + 5 }, (_, i) => effect(`P${i}`, `P${i + 1}`, 1 / (i + 1)));
    const drawn = drawnOf(many).series.flatMap(({ data }) => data);
    expect(drawn).toHaveLength(MOST_PRODUCTS - 1);
    const { table } = insteadChart(many, 'en', LIGHT);
    expect(table.rows).toHaveLength(many.length);
    expect(table.rows[1]).toEqual(['P1', 'P2', 1.1 ** 0.5 - 1, 1.1 ** 0.4 - 1, 1.1 ** 0.6 - 1]);
    expect(table.shares).toEqual([2, 3, 4]);
  });
});
