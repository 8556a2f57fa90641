/** The data behind the prices: importing files, what there is month by month, and market prices. */

import { useState } from 'preact/hooks';
import { Page } from '../parts/page.tsx';
import { Note } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import { forgetSeen } from '../use-resource.ts';
import { Coverage } from './data-coverage.tsx';
import { HeldValues } from './data-held.tsx';
import { ImportList } from './data-imports.tsx';
import { MarketPrices } from './data-market.tsx';
import { Names } from './data-names.tsx';
import { ImportCard } from './import-card.tsx';

export function DataPage() {
  const { t, may } = useSession();
  const [imports, setImports] = useState(0);
  const changed = () => {
    forgetSeen();
    setImports((count) => count + 1);
  };
  return (
    <Page title={t('navData')} lead={t('dataLead')}>
      {may('admin') ? <ImportCard onImported={changed} /> : <Note>{t('importNotAllowed')}</Note>}
      <HeldValues key={`held ${imports}`} />
      <ImportList key={`imports ${imports}`} onUndone={changed} />
      <Coverage key={`coverage ${imports}`} />
      {may('admin') && <Names key={`names ${imports}`} onChanged={changed} />}
      <MarketPrices key={`market ${imports}`} />
    </Page>
  );
}
