/** What sells instead of what: the strongest in words, and all of it as a picture. */

import { useMemo } from 'preact/hooks';
import { DARK, LIGHT } from '../../charts/chart-base.ts';
import { insteadChart, MOST_PRODUCTS, soldInstead } from '../../charts/instead-chart.ts';
import type { PortfolioEffect } from '../../contract/documents.ts';
import { CardHead } from '../parts/card-head.tsx';
import { ChartFigure } from '../parts/chart-figure.tsx';
import { Note } from '../parts/states.tsx';
import { useSession } from '../session.tsx';

/** Effects that are said in words. */
const SAID = 3;
/** Pixels of a row of the picture, and of what stands around them. */
const ROW = 34;
const AROUND = 130;

export function InsteadCard({ effects }: { readonly effects: readonly PortfolioEffect[] }) {
  const { t, f, lang, dark } = useSession();
  const palette = dark ? DARK : LIGHT;
  const chart = useMemo(
    () => (effects.length === 0 ? null : insteadChart(effects, lang, palette)),
    [effects, lang, palette],
  );
  if (!chart) return <Note>{t('insteadNone')}</Note>;
  const products = new Set(effects.flatMap(({ product, of }) => [product, of]));
  return (
    <>
      <section class="card">
        <CardHead title={t('insteadHead')} lead={t('insteadLead')} />
        <ul class="plain-list pad">
          {effects.slice(0, SAID).map(({ product, of, elasticity: { value } }) => (
            <li key={JSON.stringify([product, of])}>
              {t(value > 0 ? 'insteadMore' : 'insteadLess', {
                ...{ of, product, share: f.percent(Math.abs(soldInstead(value))) },
              })}
            </li>
          ))}
        </ul>
      </section>
      <ChartFigure chart={chart} palette={palette} height={AROUND + ROW * Math.min(products.size, MOST_PRODUCTS)} />
    </>
  );
}
