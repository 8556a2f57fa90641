/** Agreement of the loop with the exact solver: 100 cells x 100,000 iterations with τ, λ, spec and offsets frozen. */

import { agreementRatios, sizeOf } from '../test/support/agreement.ts';

/** @param cells 100 for the figure that settles it */
export function benchAgreement(cells: number, iterations: number): void {
  const ratios = agreementRatios(cells, iterations);
  const { rms, largest } = sizeOf(ratios);
  console.log('| cells | iterations | coefficients | root mean square of differences, in standard errors | largest |');
  console.log('|---|---|---|---|---|');
  console.log(
    `| ${cells} | ${iterations} | ${ratios.length} | ${rms.toFixed(3)} (at most 1.2) | ${largest.toFixed(2)} (at most 4) |`,
  );
}

if (import.meta.main) benchAgreement(Number(process.argv[2] ?? 100), Number(process.argv[3] ?? 100_000));
