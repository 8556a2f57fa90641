import type { CompareDocument, ComparedModel, ShowDocument } from '../contract/documents.ts';
import type { RunEvent } from '../contract/store.ts';
import { DAILY_SPECS, type Spec } from '../core/demand/spec.ts';
import { type ErrorHistory, errorOf, metricOf } from '../core/training/history.ts';

export function convergencePoints(history: ErrorHistory): ShowDocument['convergence'] {
  const finite = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null);
  const error = errorOf(history);
  const train = metricOf(history, 'trainError');
  return Array.from(history.iterations, (iteration, i) => ({ iteration, error: finite(error[i]), trainError: finite(train[i]) }));
}

export function checkpointInterval(events: readonly RunEvent[]): number | null {
  const every = events.find((event) => event.kind === 'checkpoints')?.detail.every;
  return typeof every === 'number' ? every : null;
}

/** Fields in which compared models differ. */
export function differencesOf(models: readonly ComparedModel[]): CompareDocument['differences'] {
  const fields: Record<string, (model: ComparedModel) => string | number | boolean | null> = {
    iterations: (m) => m.iterations,
    ownRows: (m) => m.ownRows,
    wape: (m) => m.error.wape,
    simulatedError: (m) => (m.errorKind === 'simulated' ? (m.convergence.at(-1)?.error ?? null) : null),
    elasticity: (m) => m.elasticity?.value ?? null,
    currentPrice: (m) => m.recommendation.current.price,
    price: (m) => m.recommendation.price,
    expectedDemand: (m) => m.recommendation.expectedDemand.value,
    expectedProfit: (m) => m.recommendation.expectedProfit.value,
    recommended: (m) => m.recommendation.recommended,
  };
  for (const field of Object.keys(DAILY_SPECS[0] as Spec) as (keyof Spec)[]) fields[field] = (m) => heaviest(m.spec)[field];
  return Object.entries(fields)
    .map(([field, of]) => ({ field, values: models.map(of) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}

/** The spec that weighs most in a model's forecasts. */
export function heaviest(specs: unknown): Spec {
  return (specs as readonly (Spec & { weight: number })[]).reduce((best, spec) => (spec.weight > best.weight ? spec : best));
}
