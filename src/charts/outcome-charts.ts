/** What price changes earned: each with its interval beside no gain at all, and all of them together. */

import type { OutcomesDocument } from '../contract/api.ts';
import type { Interval } from '../contract/documents.ts';
import type { Lang, OutcomeVerdict } from '../core/vocabulary.ts';
import { asOption, axis, base, type Chart, type Palette, scaledAxis } from './chart-base.ts';
import { chartWords } from './words.ts';

/** Changes that are drawn, those that moved most; the table has them all. */
export const MOST_DRAWN = 20;
/** Letters of a name on the axis. */
const MOST_LETTERS = 26;

type Judged = OutcomesDocument['outcomes'][number] & { readonly gain: Interval };

/** A line of the picture: an interval with its middle. */
interface Drawn {
  readonly name: string;
  readonly gain: Interval;
  readonly colour: string;
}

/** Changes that have a gain, without those whose price was not charged. */
export function judgedOf({ outcomes }: OutcomesDocument): Judged[] {
  return outcomes.filter((outcome): outcome is Judged => outcome.gain !== null && outcome.verdict !== 'not applied');
}

/** @returns null where no change can be judged */
export function earnedChart(document: OutcomesDocument, lang: Lang, palette: Palette): Chart | null {
  const { gain: together, currency } = document;
  if (together === null) return null;
  const word = chartWords(lang);
  const judged = judgedOf(document);
  const largest = judged.toSorted((a, b) => Math.abs(b.gain.value) - Math.abs(a.gain.value)).slice(0, MOST_DRAWN);
  const drawn: readonly Drawn[] = [
    { name: word('earnedAll'), gain: together, colour: palette.ink },
    ...largest
      .toSorted((a, b) => b.gain.value - a.gain.value)
      .map(({ merchant, product, gain, verdict }) => ({
        name: shortened(`${product} · ${merchant}`),
        gain,
        colour: colourOf(verdict, palette),
      })),
  ];
  const title = word('earnedTitle');
  const description = word('earnedText');
  const earned = word('earnedAxis', { currency });
  const lows = drawn.map(({ gain }) => gain.low);
  const highs = drawn.map(({ gain }) => gain.high);
  const option = asOption({
    ...base(title, description, palette),
    xAxis: scaledAxis(earned, palette, lang, [Math.min(0, ...lows), Math.max(0, ...highs)]),
    yAxis: {
      ...axis('', palette, lang, 0, 'category'),
      inverse: true,
      axisTick: { show: false },
      // Names may be alike: lines are told apart by their place.
      data: drawn.map((_, i) => String(i)),
      axisLabel: {
        color: palette.ink,
        fontSize: 11,
        interval: 0,
        formatter: (_: string, i: number) => (drawn[i] as Drawn).name,
      },
      splitLine: { show: false },
    },
    series: [spans(drawn, palette)],
  });
  const rows = judged.map(({ merchant, product, activationDate, gain }) => [
    ...[product, merchant, activationDate, gain.value, gain.low, gain.high],
  ]);
  return {
    title,
    description,
    option,
    table: {
      columns: [word('product'), word('merchant'), word('since'), earned, word('low'), word('high')],
      rows: [[word('earnedAll'), null, document.from, together.value, together.low, together.high], ...rows],
    },
  };
}

function colourOf(verdict: Judged['verdict'], palette: Palette): string {
  const colours: Partial<Readonly<Record<OutcomeVerdict, string>>> = { better: palette.profit, worse: palette.optimum };
  return verdict === 'not exported' ? palette.faint : (colours[verdict] ?? palette.faint);
}

function shortened(name: string): string {
  return name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name;
}

function spans(drawn: readonly Drawn[], palette: Palette): Record<string, unknown> {
  return {
    type: 'custom',
    silent: true,
    data: drawn.map(({ gain }, i) => [gain.low, i, gain.value, gain.high]),
    encode: { x: [0, 2, 3], y: 1 },
    renderItem: (
      { dataIndex }: { dataIndex: number },
      api: { coord: (point: readonly number[]) => [number, number] },
    ) => {
      const { gain, colour } = drawn[dataIndex] as Drawn;
      const [[x1, y], [x2], [cx]] = [gain.low, gain.high, gain.value].map((x) => api.coord([x, dataIndex])) as [
        ...[[number, number], [number, number], [number, number]],
      ];
      // The sum is the thick one.
      const width = dataIndex === 0 ? 5 : 2.5;
      return {
        type: 'group',
        children: [
          { type: 'line', shape: { x1, y1: y, x2, y2: y }, style: { stroke: colour, lineWidth: width } },
          { type: 'circle', shape: { cx, cy: y, r: width + 2 }, style: { fill: colour } },
        ],
      };
    },
    markLine: {
      symbol: 'none',
      silent: true,
      label: { show: false },
      data: [{ xAxis: 0, lineStyle: { color: palette.faint, type: 'dashed' } }],
    },
  };
}
