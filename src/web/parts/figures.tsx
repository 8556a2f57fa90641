/** Small drawings beside numbers: how sure, and how wide. */

import type { Interval } from '../../contract/documents.ts';
import { useSession } from '../session.tsx';

/** A share as a bar. The number stands beside it, so that a screen reader skips the drawing. */
export function Meter({
  share,
  tone = 'good',
  wide = false,
}: {
  readonly share: number;
  readonly tone?: 'good' | 'plain';
  readonly wide?: boolean;
}) {
  return (
    <span class={`meter ${tone === 'plain' ? 'plain' : ''} ${wide ? 'wide' : ''}`} aria-hidden="true">
      <span style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%` }} />
    </span>
  );
}

/** A probability: the bar, and its words. */
export function LikelyFigure({ share }: { readonly share: number }) {
  const { f } = useSession();
  return (
    <span class="nowrap">
      <Meter share={share} /> {f.likely(share)}
    </span>
  );
}

/** Elasticities from here to 0 fit in the drawing. */
const WIDEST = -6;

/** A value with its 90 % interval: the number, and the interval on a scale that all rows share. */
export function ElasticityFigure({ elasticity }: { readonly elasticity: Interval }) {
  const { f, t } = useSession();
  const at = (value: number): number => 64 * (1 - Math.max(WIDEST, Math.min(0, value)) / WIDEST);
  const { value, low, high } = elasticity;
  return (
    <span title={t('intervalTitle', { low: f.number(low, 1), high: f.number(high, 1) })}>
      {f.decimal(value)}
      <svg class="interval" viewBox="0 0 64 10" width="64" height="10" aria-hidden="true">
        <line x1="0" x2="64" y1="5" y2="5" class="interval-scale" />
        <line x1={at(low)} x2={at(high)} y1="5" y2="5" class="interval-span" />
        <circle cx={at(value)} cy="5" r="3" class="interval-value" />
      </svg>
      <span class="hidden-text">{t('intervalTitle', { low: f.number(low, 1), high: f.number(high, 1) })}</span>
    </span>
  );
}
