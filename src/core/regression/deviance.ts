/**
 * The deviance that choices between forecasts are made on: absolute errors would reward forecasting too low (
 * §7).
 */

/**
 * Tweedie deviance of one row for k = 1.5: 4 (y − √y·√f·2 + f) / √f, from 2[y^(2−k)/((1−k)(2−k)) − y f^(1−k)/(1−k) +
 * f^(2−k)/(2−k)].
 *
 * @param actual y ≥ 0; @param forecast f, floored at 0.001 (in units of the cell's mean a forecast of nothing)
 */
export function choiceDeviance(actual: number, forecast: number): number {
  const f = Math.max(forecast, 1e-3);
  const difference = Math.sqrt(actual) - Math.sqrt(f);
  return (4 * difference * difference) / Math.sqrt(f);
}
