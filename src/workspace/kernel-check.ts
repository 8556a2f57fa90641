/** Whether the WebAssembly kernel works here. */

import { type GlmSums, plainKernel, wasmKernel } from '../core/kernel/glm-kernel.ts';

/** The kernel and its plain twin give the same sums of a small fit. */
export function kernelsAgree(): boolean {
  const rows = {
    rows: 3,
    columns: 2,
    design: Float64Array.of(1, 0, 1, 1, 1, 2),
    response: Float64Array.of(1, 2, 4),
    weight: new Float64Array(3).fill(1),
    offset: null,
    family: 'power' as const,
    variancePower: 1.5,
    inverseSize: 0,
    dispersion: 1,
  };
  const [kernel, twin] = [wasmKernel(), plainKernel()].map((k) => {
    k.load(rows);
    return k.sums(Float64Array.of(0.1, 0.5), false);
  }) as [GlmSums, GlmSums];
  // 1e-9: the two add the same terms in another order.
  return (
    Math.abs(kernel.objective - twin.objective) < 1e-9 &&
    kernel.gradient.every((g, j) => Math.abs(g - twin.gradient[j]) < 1e-9)
  );
}
