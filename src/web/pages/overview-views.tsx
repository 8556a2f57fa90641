/** Views of the overview that everybody needs, and those that this browser has saved. */

import { useState } from 'preact/hooks';
import type { WebTranslate } from '../../i18n/web-messages.ts';
import { Icon } from '../parts/icon.tsx';
import { useQuery } from '../parts/use-query.ts';
import { storeChoice, storedChoice, useSession } from '../session.tsx';

interface View {
  readonly name: string;
  /** The address' own: filters and sort. */
  readonly query: string;
}

export function OverviewViews() {
  const { t } = useSession();
  const { query } = useQuery();
  const [saved, setSaved] = useState<readonly View[]>(readViews);
  const [naming, setNaming] = useState(false);
  const current = new URLSearchParams(query).toString();
  const views = [...usualViews(t), ...saved];
  const known = views.some((view) => view.query === current);
  const keep = (next: readonly View[]): void => {
    setSaved(next);
    storeChoice('views', JSON.stringify(next));
  };
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
          {saved.includes(view) && view.query === current && (
            <button
              type="button"
              class="button quiet small"
              aria-label={t('viewForget', { name: view.name })}
              onClick={() => keep(saved.filter((other) => other !== view))}
            >
              <Icon name="close" />
            </button>
          )}
        </span>
      ))}
      {!known && !naming && (
        <button type="button" class="button quiet small" onClick={() => setNaming(true)}>
          {t('viewSave')}
        </button>
      )}
      {naming && (
        <NameForm
          onName={(name) => {
            if (name !== '') keep([...saved, { name, query: current }]);
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
    { name: t('viewChanges'), query: 'recommended=true' },
    { name: t('viewUntrained'), query: 'state=untrained' },
    { name: t('viewFailed'), query: 'state=failed' },
  ];
}

function NameForm({ onName }: { readonly onName: (name: string) => void }) {
  const { t } = useSession();
  const [name, setName] = useState('');
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        onName(name.trim());
      }}
    >
      <input
        class="input narrow"
        aria-label={t('viewName')}
        placeholder={t('viewName')}
        maxLength={40}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit" class="button small">
        {t('save')}
      </button>
    </form>
  );
}

function readViews(): readonly View[] {
  try {
    const stored = JSON.parse(storedChoice('views') ?? '[]') as unknown;
    return Array.isArray(stored)
      ? stored.filter((view): view is View => typeof view?.name === 'string' && typeof view?.query === 'string')
      : [];
  } catch {
    return [];
  }
}
