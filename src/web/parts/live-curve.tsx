/** The error of a training while it runs, drawn as plain SVG: it may change many times a second. */

import { useSession } from '../session.tsx';

interface LiveCurveProps {
  /** Iterations with their errors. */
  readonly points: readonly (readonly [number, number | null])[];
  readonly label: string;
  readonly large?: boolean;
}

export function LiveCurve({ points, label, large = false }: LiveCurveProps) {
  const { f } = useSession();
  const found = points.filter(
    (point): point is readonly [number, number] => point[1] !== null && Number.isFinite(point[1]),
  );
  const [width, height] = large ? [640, 180] : [120, 28];
  if (found.length < 2)
    return <svg class={large ? 'live large' : 'live'} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" />;
  const errors = found.map(([, error]) => error);
  const top = Math.max(...errors);
  const bottom = Math.min(...errors);
  const span = Math.max(top - bottom, top * 1e-3, 1e-9);
  const [first] = found[0] as readonly [number, number];
  const [last] = found.at(-1) as readonly [number, number];
  const line = found.map(
    ([iteration, error]) =>
      `${(((iteration - first) / Math.max(1, last - first)) * width).toFixed(1)},${(height - 3 - ((error - bottom) / span) * (height - 6)).toFixed(1)}`,
  );
  return (
    <div class={large ? 'live-frame' : ''}>
      {large && (
        <div class="live-scale muted small" aria-hidden="true">
          <span>{f.percent(top, 1)}</span>
          <span>{f.percent(bottom, 1)}</span>
        </div>
      )}
      <svg
        class={large ? 'live large' : 'live'}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <polyline points={line.join(' ')} vector-effect="non-scaling-stroke" />
      </svg>
    </div>
  );
}
