/** Figures that tests measure. */

import { appendFileSync } from 'node:fs';

/**
 * Tells a figure as a line `figure: name: text`: printed where the test stands, and kept in the file that
 * DEMANDA_FIGURES names, from which scripts/run-tests.ts makes the table at the end of a run.
 */
export function figure(name: string, text: string): void {
  const line = `figure: ${name}: ${text}`;
  console.log(line);
  // One short write at the end of a file is whole, whichever thread it comes from.
  if (process.env.DEMANDA_FIGURES) appendFileSync(process.env.DEMANDA_FIGURES, `${line}\n`);
}
