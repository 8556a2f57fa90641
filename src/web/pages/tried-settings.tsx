/** Which settings move the error: each one's share against chance, and every spec that was tried as a line. */

import type { TriedSettings } from '../../contract/api.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { fieldValue, fieldWord } from '../../i18n/code-words.ts';
import { withQuery } from '../api-client.ts';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';

interface SettingsViewProps {
  /** The filters of the page. */
  readonly chosen: Readonly<Record<string, string | undefined>>;
}

export function SettingsView({ chosen }: SettingsViewProps) {
  const { t, f, lang } = useSession();
  const tried = useResource<TriedSettings>(withQuery('/api/tried-settings', chosen));
  if (tried.problem) return <ProblemNote problem={tried.problem} retry={tried.reload} />;
  if (!tried.data) return <Skeleton lines={6} />;
  const { settings, cells, tried: trials } = tried.data;
  if (settings.length === 0) return <Note>{t('settingsNone')}</Note>;
  return (
    <section class="card pad stack">
      <h2>{t('groupSettings')}</h2>
      <p class="muted">{t('settingsMethod', { cells: f.number(cells), tried: f.number(trials) })}</p>
      <dl class="importance">
        {settings.map(({ field, share, floor, tells }) => (
          <div key={field}>
            <dt class={tells ? '' : 'muted'}>{fieldWord(field, lang)}</dt>
            <dd>
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect width={share * 100} height="8" class={tells ? 'told' : 'untold'} />
                <line x1={floor * 100} x2={floor * 100} y1="0" y2="8" vector-effect="non-scaling-stroke" />
              </svg>
              {f.percent(share, 0)} <span class="muted small">{t('settingFloor', { floor: f.percent(floor, 0) })}</span>
            </dd>
          </div>
        ))}
      </dl>
      <h3>{t('parallelTitle')}</h3>
      <p class="muted small">{t('parallelLead')}</p>
      <ScrollBox label={t('parallelTitle')}>
        <Parallel tried={tried.data} lang={lang} />
      </ScrollBox>
    </section>
  );
}

const [STEP, TOP, HEIGHT, MARGIN] = [112, 40, 220, 24];

/** One axis a setting and one for the error, best at the bottom; a line a spec, bolder the better it is. */
function Parallel({ tried: { settings, specs }, lang }: { readonly tried: TriedSettings; readonly lang: Lang }) {
  const { t, f } = useSession();
  const errors = specs.map(({ error }) => error);
  const [best, worst] = [Math.min(...errors), Math.max(...errors)];
  const place = (index: number, count: number): number =>
    TOP + HEIGHT - (count > 1 ? index / (count - 1) : 0.5) * HEIGHT;
  const ofError = (error: number): number => place(worst > best ? (error - best) / (worst - best) : 0, 2);
  const width = STEP * (settings.length + 1) + MARGIN;
  return (
    <svg
      class="parallel"
      viewBox={`0 0 ${width} ${TOP + HEIGHT + 30}`}
      width={width}
      role="img"
      aria-label={t('parallelTitle')}
    >
      {specs.map(({ spec, error, cells }) => {
        const points = settings.map(({ field, values }, i) => {
          const index = values.findIndex(({ value }) => value === spec[field]);
          return `${STEP / 2 + i * STEP},${place(index, values.length)}`;
        });
        const share = worst > best ? (error - best) / (worst - best) : 0;
        return (
          <polyline
            key={JSON.stringify(spec)}
            points={[...points, `${STEP / 2 + settings.length * STEP},${ofError(error)}`].join(' ')}
            style={{ opacity: 1 - 0.75 * share, strokeWidth: 3.5 - 2.5 * share }}
          >
            <title>{`${f.change(error)} · ${t('parallelCells', { cells: f.number(cells) })}`}</title>
          </polyline>
        );
      })}
      {settings.map(({ field, values }, i) => (
        <g key={field} transform={`translate(${STEP / 2 + i * STEP} 0)`}>
          <line y1={TOP} y2={TOP + HEIGHT} />
          <ParallelName words={fieldWord(field, lang)} />
          {values.map(({ value }, index) => (
            <text key={String(value)} x="5" y={place(index, values.length) + 4}>
              {fieldValue(field, value, lang)}
            </text>
          ))}
        </g>
      ))}
      <g transform={`translate(${STEP / 2 + settings.length * STEP} 0)`}>
        <line y1={TOP} y2={TOP + HEIGHT} />
        <ParallelName words={t('error')} />
        {[best, worst].map((error) => (
          <text key={error} x="5" y={ofError(error) + 4}>
            {f.change(error)}
          </text>
        ))}
      </g>
    </svg>
  );
}

/** In two lines where it is long. */
function ParallelName({ words }: { readonly words: string }) {
  const parts = words.split(' ');
  const half = Math.ceil(parts.length / 2);
  const lines = words.length > 14 ? [parts.slice(0, half).join(' '), parts.slice(half).join(' ')] : [words];
  return (
    <text class="name" text-anchor="middle" y={TOP - 12 - 13 * (lines.length - 1)}>
      {lines.map((line, i) => (
        <tspan key={line} x="0" dy={i === 0 ? 0 : 13}>
          {line}
        </tspan>
      ))}
    </text>
  );
}
