/** Features of a row to come: what its cell's state, its plan and the calendar say. */

import type { PlannedRows } from '../series/cell-series.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import type { Frequency } from '../vocabulary.ts';
import type { CalendarFacts, CalendarFeatures } from './calendar-features.ts';
import { type CellState, PAST_FEATURES } from './cell-state.ts';
import { WINDOWS } from './windows.ts';

/** What the features of a frequency are called, and which of them demand may not rise with. */
export interface FeatureColumns {
  readonly frequency: Frequency;
  readonly names: readonly string[];
  /** −1 where demand may not rise with the feature, otherwise 0. */
  readonly monotone: readonly (-1 | 0)[];
  /** Covariates known ahead, in their order. */
  readonly covariates: readonly string[];
}

/** A row to come. */
interface Row {
  readonly state: CellState;
  readonly calendar: CalendarFacts;
  /** Periods after the origin. */
  readonly ahead: number;
  readonly logPrice: number;
  /** NaN where the cell never had one. */
  readonly promo: number;
}

interface RowFeature {
  readonly name: string;
  readonly monotone: -1 | 0;
  readonly of: (row: Row) => number;
}

const given = (value: number | null | undefined): number => value ?? Number.NaN;

const priceOver = (rows: number): string => `log price over that of ${rows} rows`;

/** The feature that compares a price with what was usual before its origin. */
export function usualPriceFeature(frequency: Frequency): string {
  return priceOver(WINDOWS[frequency].prices.at(-1) as number);
}

function rowFeatures(frequency: Frequency): RowFeature[] {
  const feature = (name: string, of: RowFeature['of']): RowFeature => ({ name, monotone: 0, of });
  const fromCalendar = (name: string, of: (facts: CalendarFacts) => number): RowFeature =>
    feature(name, ({ calendar }) => of(calendar));
  const { prices } = WINDOWS[frequency];
  const compared = ['log price over the last', ...prices.map(priceOver), 'log price over that of all rows'];
  return [
    feature('periods ahead', ({ ahead }) => ahead),
    { name: 'log price', monotone: -1, of: ({ logPrice }) => logPrice },
    ...compared.map(
      (name, k): RowFeature => ({
        name,
        monotone: -1,
        of: ({ logPrice, state }) => logPrice - given(state.logPrices[k]),
      }),
    ),
    feature('promotion', ({ promo }) => promo),
    feature('promotion over its mean', ({ promo, state }) => promo - given(state.promo)),
    feature('season a year ago', ({ state, ahead }) => given(state.season[Math.max(1, Math.round(ahead)) - 1])),
    ...(frequency === 'daily'
      ? [
          fromCalendar('weekday', ({ weekday }) => weekday),
          ...[0, 1].map((k) =>
            feature(`mean of ${[4, 8][k]} same weekdays`, ({ state, calendar }) =>
              given(state.weekdays[calendar.weekday]?.[k]),
            ),
          ),
        ]
      : []),
    ...(frequency === 'monthly' ? [fromCalendar('days', ({ length }) => length)] : []),
    ...(frequency === 'monthly' ? [] : [fromCalendar('day of the month', ({ monthDay }) => monthDay)]),
    fromCalendar('phase of the year', ({ phase }) => phase),
    fromCalendar('month', ({ month }) => month),
    fromCalendar('share of holidays', ({ holidays }) => holidays),
    fromCalendar('days to a holiday', ({ toHoliday }) => toHoliday),
    fromCalendar('days since a holiday', ({ sinceHoliday }) => sinceHoliday),
    fromCalendar('share of long feasts', ({ feasts }) => feasts),
    fromCalendar('days to a long feast', ({ toFeast }) => toFeast),
    fromCalendar('days since a long feast', ({ sinceFeast }) => sinceFeast),
  ];
}

/** The columns of a frequency: of the row, of the covariates, then of the cell's past. @param covariates known ahead */
export function featureColumns(frequency: Frequency, covariates: readonly string[]): FeatureColumns {
  const ofRow = rowFeatures(frequency);
  const past = PAST_FEATURES[frequency];
  return {
    frequency,
    names: [...ofRow.map(({ name }) => name), ...covariates, ...past.map(({ name }) => name)],
    monotone: [
      ...ofRow.map(({ monotone }) => monotone),
      ...covariates.map(() => 0 as const),
      ...past.map(() => 0 as const),
    ],
    covariates,
  };
}

/** Writes features row by row into columns of a matrix. */
export class FeatureWriter {
  readonly columns: FeatureColumns;
  private readonly ofRow: readonly RowFeature[];
  private readonly calendar: CalendarFeatures;

  constructor(columns: FeatureColumns, calendar: CalendarFeatures) {
    this.columns = columns;
    this.ofRow = rowFeatures(columns.frequency);
    this.calendar = calendar;
  }

  /**
   * Promotions and covariates that are not given carry the last one before them forward, as prices do: rows of days on
   * which nothing was sold often have none, and what is missing would tell that.
   *
   * @param planned rows after the state's origin, ascending by day, with prices above 0
   * @param out column-major columns × rows of the matrix; written at `first` and the rows after it
   * @param rows of the matrix
   */
  write(state: CellState, planned: PlannedRows, out: Float64Array, first: number, rows: number): void {
    const promo = carriedForward(planned.promo, state.lastPromo);
    const covariates = this.columns.covariates.map((name) =>
      carriedForward(
        planned.covariates[name] ?? new Float64Array(planned.days.length).fill(Number.NaN),
        Object.hasOwn(state.covariates, name) ? state.covariates[name] : null,
      ),
    );
    for (let i = 0; i < planned.days.length; i++) {
      const row: Row = {
        state,
        calendar: this.calendar.of(state, planned.days[i]),
        ahead: (planned.days[i] - state.originDay) / PERIOD_DAYS[state.frequency],
        logPrice: Math.log(planned.price[i]),
        promo: promo[i],
      };
      let at = first + i;
      for (const { of } of this.ofRow) {
        out[at] = of(row);
        at += rows;
      }
      for (const values of covariates) {
        out[at] = values[i];
        at += rows;
      }
      for (const value of state.past) {
        out[at] = value ?? Number.NaN;
        at += rows;
      }
    }
  }
}

/** Values with gaps filled by the one before; null: none is known before the first. */
function carriedForward(values: Float64Array, before: number | null): Float64Array {
  let known = before ?? Number.NaN;
  return values.map((value) => {
    if (!Number.isNaN(value)) known = value;
    return known;
  });
}
