/** Covariates of words, which are kept as an indicator for each category. */

import { indicatedColumn } from '../contract/category-name.ts';

/** Whether a covariate is among those that are named, by itself or as an indicator of one. */
export function isNamed(covariate: string, named: readonly string[]): boolean {
  const column = indicatedColumn(covariate);
  return named.includes(covariate) || (column !== null && named.includes(column));
}

/**
 * Rows of one file have no indicator of a category that another file alone holds: where a row has any category of a
 * column, it is none of the others.
 *
 * @param covariates whose values are filled in place; NaN: not given
 */
export function fillIndicators(covariates: readonly { readonly name: string; readonly values: Float64Array }[]): void {
  const groups = Map.groupBy(covariates, ({ name }) => indicatedColumn(name));
  groups.delete(null);
  for (const group of groups.values())
    for (let i = 0; i < group[0].values.length; i++) {
      if (!group.some(({ values }) => !Number.isNaN(values[i]))) continue;
      for (const { values } of group) if (Number.isNaN(values[i])) values[i] = 0;
    }
}
