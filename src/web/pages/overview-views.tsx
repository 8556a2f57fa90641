/** Views of the overview that everybody needs, and those that somebody has saved for everybody. */

import { useState } from 'preact/hooks';
import type { WebTranslate } from '../../i18n/web-messages.ts';
import { Icon } from '../parts/icon.tsx';
import { NameForm } from '../parts/name-form.tsx';
import { useQuery } from '../parts/use-query.ts';
import type { KeptViews } from '../parts/use-saved-views.ts';
import { useSession } from '../session.tsx';

interface View {
  readonly name: string;
  /** The address' own: filters and sort. */
  readonly query: string;
}

export function OverviewViews({ kept }: { readonly kept: KeptViews }) {
  const { t } = useSession();
  const { query } = useQuery();
  const [naming, setNaming] = useState(false);
  const current = new URLSearchParams(query).toString();
  const usual = usualViews(t);
  const views: readonly View[] = [...usual, ...kept.views];
  const known = views.some((view) => view.query === current);
  return (
    <div class="chips views">
      {views.map((view) => (
        <span key={`${view.name} ${view.query}`} class="row view">
          <a
            class="chip"
            href={view.query === '' ? '/' : `/?${view.query}`}
            {...(view.query === current && { 'aria-current': 'true' })}
          >
            {view.name}
          </a>
          {kept.mayChange && !usual.includes(view) && view.query === current && (
            <button
              type="button"
              class="button quiet small"
              aria-label={t('viewForget', { name: view.name })}
              onClick={() => kept.save(view.name, null)}
            >
              <Icon name="close" />
            </button>
          )}
        </span>
      ))}
      {kept.mayChange && !known && !naming && (
        <button type="button" class="button quiet small" onClick={() => setNaming(true)}>
          {t('viewSave')}
        </button>
      )}
      {naming && (
        <NameForm
          label={t('viewName')}
          onName={(name) => {
            if (name !== '') kept.save(name, current);
            setNaming(false);
          }}
        />
      )}
    </div>
  );
}

function usualViews(t: WebTranslate): readonly View[] {
  return [
    { name: t('viewAll'), query: '' },
    { name: t('viewChanges'), query: 'stage=change' },
    { name: t('viewUntrained'), query: 'stage=untrained' },
    { name: t('viewFailed'), query: 'state=failed' },
  ];
}
