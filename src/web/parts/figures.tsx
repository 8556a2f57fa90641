/** Small drawings beside numbers: how sure, and how wide. */

import { useEffect, useState } from 'preact/hooks';
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

/** Elasticities from here to 0 fit in the drawing at least, and at most: one far out does not flatten all others. */
const [NARROWEST, WIDEST] = [-3, -15];

/** The scale that all figures on a page share: as wide as the widest of them. */
const scale = { end: NARROWEST, figures: new Set<(end: number) => void>() };

function useSharedEnd(low: number): number {
  const [, redraw] = useState(0);
  useEffect(() => {
    const asked = Math.max(WIDEST, Math.floor(low));
    if (scale.figures.size === 0) scale.end = NARROWEST;
    scale.figures.add(redraw);
    if (asked < scale.end) {
      scale.end = asked;
      for (const figure of scale.figures) figure(asked);
    } else redraw(scale.end);
    return () => {
      scale.figures.delete(redraw);
    };
  }, [low]);
  return scale.end;
}

/** A value with its 90 % interval: the number, and the interval on a scale that all rows share. */
export function ElasticityFigure({ elasticity }: { readonly elasticity: Interval }) {
  const { f, t } = useSession();
  const { value, low, high } = elasticity;
  const end = useSharedEnd(low);
  const at = (elasticityThere: number): number => 64 * (1 - Math.max(end, Math.min(0, elasticityThere)) / end);
  return (
    <span title={t('intervalTitle', { low: f.number(low, 1), high: f.number(high, 1) })}>
      {f.decimal(value)}
      <svg class="interval" viewBox="0 0 64 10" width="64" height="10" aria-hidden="true">
        <line x1="0" x2="64" y1="5" y2="5" class="interval-scale" />
        <line x1={at(low)} x2={at(high)} y1="5" y2="5" class="interval-span" />
        {low < end && <path d="M5 1 0 5l5 4" class="interval-span" fill="none" />}
        <circle cx={Math.max(3, Math.min(61, at(value)))} cy="5" r="3" class="interval-value" />
      </svg>
      <span class="hidden-text">{t('intervalTitle', { low: f.number(low, 1), high: f.number(high, 1) })}</span>
    </span>
  );
}
