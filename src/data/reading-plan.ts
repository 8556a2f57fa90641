/** A plan of reading as plain data, so that rows are read alike wherever they are read. */

import type { ReadingPlan } from './read-sales.ts';
import { normalizedHeader } from './reading/fields.ts';
import type { TableForm } from './reading/table.ts';

/** Maps and sets as lists. */
export interface ReadingDocument extends Omit<ReadingPlan, 'matched' | 'reading'> {
  readonly headers: readonly string[];
  readonly columns: readonly (readonly [field: string, columns: readonly number[]])[];
  readonly exponents: readonly string[];
  readonly reading: Omit<ReadingPlan['reading'], 'columns' | 'notes'>;
}

export function readingDocument({ headers }: TableForm, plan: ReadingPlan): ReadingDocument {
  const { columns: _, notes: __, ...reading } = plan.reading;
  return {
    headers,
    kind: plan.kind,
    columns: [...plan.matched.columns],
    exponents: [...plan.matched.exponents],
    reading,
    covariates: plan.covariates,
    unit: plan.unit,
  };
}

/**
 * The plan of a table with the same columns, whatever their order, but for what was said of the table that was looked
 * at.
 */
export function readingPlan(document: ReadingDocument, headers: readonly string[]): ReadingPlan {
  const { headers: planned, columns, exponents, reading, covariates, ...plan } = document;
  const places = new Map(headers.map((header, i) => [normalizedHeader(header), i]));
  const placeOf = (index: number): number => places.get(normalizedHeader(planned[index] as string)) as number;
  const matched = {
    columns: new Map(columns.map(([field, indexes]) => [field, indexes.map(placeOf)])),
    exponents: new Set(exponents),
  } as unknown as ReadingPlan['matched'];
  return {
    ...plan,
    matched,
    reading: { ...reading, columns: matched.columns, notes: [] },
    covariates: covariates.map((covariate) => ({ ...covariate, index: placeOf(covariate.index) })),
  };
}

/** The first column that one of the two has and the other lacks; null where both have the same. */
export function otherColumn(planned: readonly string[], headers: readonly string[]): string | null {
  const [before, now] = [planned, headers].map((all) => new Set(all.map(normalizedHeader))) as [
    Set<string>,
    Set<string>,
  ];
  return (
    planned.find((header) => !now.has(normalizedHeader(header))) ??
    headers.find((header) => !before.has(normalizedHeader(header))) ??
    null
  );
}
