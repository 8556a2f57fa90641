/**
 * What mass training buys: agreement with the exact solver, simulated rows, search and adaptation, market data, and the
 * advice to stop.
 */

import { availableParallelism } from 'node:os';
import { threadsExecutor } from '../src/fleet/threads.ts';
import { benchMarketData } from './market-data.ts';
import { benchAblation } from './training-ablation.ts';
import { benchAdvice } from './training-advice.ts';
import { benchAgreement } from './training-agreement.ts';
import { benchSimulatedRows } from './training-simulated-rows.ts';

/** @param thin fewer cells and origins, some minutes on two cores instead of an hour */
export async function benchTrainingValue(thin: boolean): Promise<void> {
  const executor = threadsExecutor(availableParallelism());
  try {
    console.log('\nAgreement of the loop with the exact solver');
    if (thin) benchAgreement(10, 20_000);
    else benchAgreement(100, 100_000);
    console.log('\nSimulated rows');
    await benchSimulatedRows(executor, thin);
    console.log('\nSearch and adaptive regularisation');
    await benchAblation(executor, thin);
    console.log('\nMarket data');
    await benchMarketData();
    console.log('\nAdvice to stop');
    await benchAdvice(executor, thin);
  } finally {
    await executor.close();
  }
}
