/** Names at the ends of lines: up to five are read without a legend. */

type Option = Readonly<Record<string, unknown>>;

const MOST_LINES = 5;
const LETTER = 6.4;
/** Share of a picture's width that names may take. */
const MOST_SHARE = 0.3;

/**
 * Writes the names of a picture's lines at their ends, pushed apart where they would meet. A picture of one line, of
 * more than five, or too narrow for the names stays as it is.
 *
 * @param width of the picture in pixels
 */
export function directLabels(option: Option, width: number): Option {
  const series = option.series as readonly Option[];
  const isNamed = ({ type, name, data }: Option): boolean =>
    type === 'line' && typeof name === 'string' && name !== '' && (data as readonly unknown[]).length > 1;
  const lines = series.filter(isNamed);
  const room = 12 + LETTER * Math.max(0, ...lines.map(({ name }) => (name as string).length));
  if (lines.length < 2 || lines.length > MOST_LINES || room > MOST_SHARE * width) return option;
  return {
    ...option,
    grid: { ...(option.grid as Option), right: 12 + room },
    series: series.map((one) =>
      isNamed(one)
        ? {
            ...one,
            endLabel: { show: true, formatter: '{a}', color: one.color, fontSize: 11, distance: 6 },
            labelLayout: { moveOverlap: 'shiftY' },
          }
        : one,
    ),
  };
}
