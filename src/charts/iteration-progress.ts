/**
 * What a training by iterations shows while it runs: a bar with rate, time left, present and best error, and a live
 * curve on request.
 */

import type { CellName } from '../contract/cell-name.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { Lang } from '../core/vocabulary.ts';
import type { Translate } from '../i18n/messages.ts';
import { errorShare, number } from './number-text.ts';

const BAR = 24;
const CURVE_ROWS = 8;
const CURVE_COLUMNS = 60;

/** How far one cell is. */
export interface IterationFigures {
  readonly iteration: number;
  readonly iterations: number;
  readonly error: number;
  readonly best: number;
  /** The errors so far, from the first. */
  readonly curve: readonly number[];
}

interface Running {
  readonly started: number;
  /** Iteration at which this process began. */
  readonly from: number;
  readonly progress: IterationFigures;
}

/**
 * Draws on a terminal's last lines and draws them again at every report.
 *
 * @param verbose adds a small curve of the error of the cell that reported last
 */
export function iterationProgress(
  out: NodeJS.WriteStream,
  lang: Lang,
  t: Translate,
  verbose: boolean,
): {
  report: (cell: CellName, progress: IterationFigures) => void;
  /** A cell has ended, wherever it stood: its bar goes. */
  ended: (cell: CellName) => void;
  /** The training has ended: a curve stays where it was drawn, bars go. */
  end: () => void;
} {
  const running = new Map<string, Running>();
  let curve: readonly number[] = [];
  let drawn = 0;
  const clear = (): void => {
    // Back to the first of the drawn lines, then everything below is erased.
    // Before the first, a status line of an earlier stage may stand there.
    out.write(`\r${drawn > 1 ? `\u001b[${drawn - 1}A` : ''}\u001b[J`);
    drawn = 0;
  };
  return {
    ended: (cell) => {
      running.delete(nameOf(cell));
    },
    end: () => {
      const width = out.columns ?? 100;
      clear();
      if (curve.length > 1)
        out.write(
          curveLines(curve, lang)
            .map((line) => `${line.slice(0, width - 1)}\n`)
            .join(''),
        );
    },
    report: (cell, progress) => {
      const name = nameOf(cell);
      const now = performance.now();
      const before = running.get(name);
      running.set(name, { started: before?.started ?? now, from: before?.from ?? progress.iteration, progress });
      const width = out.columns ?? 100;
      const lines = [...running].flatMap(([label, cellRun]) => barLines(label, cellRun, now, lang, t, width - 1));
      if (verbose) curve = progress.curve;
      if (curve.length > 1) lines.push(...curveLines(curve, lang));
      if (progress.iteration >= progress.iterations) running.delete(name);
      clear();
      const shown = lines.map((line) => line.slice(0, width - 1));
      out.write(shown.join('\n'));
      drawn = shown.length;
    },
  };
}

function nameOf({ merchant, product }: CellName): string {
  return visibleText(`${merchant} / ${product}`);
}

/** One cell's line; two where the terminal is too narrow for one. */
function barLines(
  label: string,
  { started, from, progress }: Running,
  now: number,
  lang: Lang,
  t: Translate,
  columnsWide: number,
): string[] {
  const { iteration, iterations, error, best } = progress;
  const share = iteration / iterations;
  const seconds = (now - started) / 1000;
  const rate = seconds > 0 ? (iteration - from) / seconds : 0;
  const left =
    rate > 0 && iteration < iterations ? [t('timeLeft', { time: duration((iterations - iteration) / rate) })] : [];
  const count = `${number(lang, iteration, 0)}/${number(lang, iterations, 0)}`;
  const speed = t('iterationRate', { rate: number(lang, rate, 0) });
  const errors = t('iterationErrors', { error: errorShare(lang, error), best: errorShare(lang, best) });
  const filled = Math.round(share * BAR);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
  const line = `${label} ${bar} ${[count, speed, ...left, errors].join(' · ')}`;
  if (line.length <= columnsWide) return [line];
  const told = `${bar} ${count}`;
  const room = columnsWide - told.length - 1;
  const name = label.length > room ? `${label.slice(0, Math.max(0, room - 1))}…` : label;
  return [`${name} ${told}`, `  ${[speed, ...left, errors].join(' · ')}`];
}

/** Seconds as "45 s", "3 min 20 s" or "2 h 5 min". */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** The error so far as a small curve: the evaluations from left to right, evenly. */
function curveLines(curve: readonly number[], lang: Lang): string[] {
  const finite = curve.filter((e) => Number.isFinite(e));
  if (finite.length < 2) return [];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const rows = Array.from({ length: CURVE_ROWS }, () => new Array<string>(CURVE_COLUMNS).fill(' '));
  for (let x = 0; x < CURVE_COLUMNS; x++) {
    const value = finite[Math.round((x / (CURVE_COLUMNS - 1)) * (finite.length - 1))];
    const y = high > low ? Math.round(((high - value) / (high - low)) * (CURVE_ROWS - 1)) : CURVE_ROWS - 1;
    (rows[y] as string[])[x] = '●';
  }
  return rows.map((row, i) => {
    const label = i === 0 ? errorShare(lang, high) : i === CURVE_ROWS - 1 ? errorShare(lang, low) : '';
    return `${label.padStart(8)} │${row.join('').trimEnd()}`;
  });
}
