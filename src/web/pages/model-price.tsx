/** The price of a cell: today against recommended, why, and a slider that asks the model about any other price. */

import { useMemo, useState } from 'preact/hooks';
import { priceCharts } from '../../charts/chart-options.ts';
import { ChartFigure } from '../parts/chart-figure.tsx';
import { useSession } from '../session.tsx';
import { CompetitorsCard } from './model-competitors.tsx';
import type { TabProps } from './model-tab.ts';
import { isChange, PriceDecision } from './price-decision.tsx';
import { WhatIfCard } from './price-what-if.tsx';

export function PriceTab({ view, item, palette, reload }: TabProps) {
  const { lang, t, f } = useSession();
  const { recommendation } = view;
  const best = isChange(view) ? recommendation.price : recommendation.current.price;
  const [asked, setAsked] = useState<number | null>(null);
  const [demand, profit] = useMemo(() => priceCharts(view, lang, palette), [view, lang, palette]);
  const marker = asked === null ? null : { x: asked, label: f.price(asked) };
  return (
    <>
      <div class="columns price-columns">
        <PriceDecision view={view} item={item} reload={reload} />
        <WhatIfCard view={view} price={asked ?? best} onPrice={setAsked} item={item} reload={reload} />
      </div>
      <p class="hidden-text" aria-live="polite">
        {asked === null ? '' : t('whatIfAt', { price: f.price(asked) })}
      </p>
      <div class="columns">
        <ChartFigure chart={profit} palette={palette} group="price" marker={marker} />
        <ChartFigure chart={demand} palette={palette} group="price" marker={marker} />
      </div>
      <CompetitorsCard merchant={view.show.model.merchant} product={view.show.model.product} />
    </>
  );
}
