/** Which columns a list shows, and in which order. */

import { useState } from 'preact/hooks';
import { useSession } from '../session.tsx';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';

interface ColumnsDialogProps {
  readonly all: readonly { readonly id: string; readonly head: string }[];
  readonly shown: readonly string[];
  /** Names the rows: it stays, and stays first. */
  readonly first: string;
  readonly onClose: () => void;
  /** @param columns null: as the list comes */
  readonly onChoose: (columns: readonly string[] | null) => void;
}

export function ColumnsDialog({ all, shown, first, onClose, onChoose }: ColumnsDialogProps) {
  const { t } = useSession();
  const [chosen, setChosen] = useState(shown);
  const others = all.map(({ id }) => id).filter((id) => !chosen.includes(id));
  const headOf = (id: string): string => all.find((column) => column.id === id)?.head ?? id;
  const toggle = (id: string): void =>
    setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  const move = (id: string, by: -1 | 1): void => {
    const at = chosen.indexOf(id);
    const next = [...chosen];
    [next[at], next[at + by]] = [next[at + by] as string, id];
    setChosen(next);
  };
  return (
    <Dialog
      title={t('columnsTitle')}
      submit={t('save')}
      onClose={onClose}
      onSubmit={() => {
        onChoose(chosen);
        onClose();
      }}
    >
      <p class="muted">{t('columnsLead')}</p>
      <ul class="column-list">
        {[...chosen, ...others].map((id) => {
          const at = chosen.indexOf(id);
          return (
            <li key={id} class="row between">
              <label class="check">
                <input type="checkbox" checked={at >= 0} disabled={id === first} onChange={() => toggle(id)} />
                {headOf(id)}
              </label>
              {at > 0 && (
                <span class="row">
                  <button
                    type="button"
                    class="button quiet small"
                    disabled={at <= 1}
                    aria-label={t('columnUp', { column: headOf(id) })}
                    onClick={() => move(id, -1)}
                  >
                    <Icon name="up" />
                  </button>
                  <button
                    type="button"
                    class="button quiet small"
                    disabled={at === chosen.length - 1}
                    aria-label={t('columnDown', { column: headOf(id) })}
                    onClick={() => move(id, 1)}
                  >
                    <Icon name="down" />
                  </button>
                </span>
              )}
            </li>
          );
        })}
      </ul>
      <button
        type="button"
        class="link-button"
        onClick={() => {
          onChoose(null);
          onClose();
        }}
      >
        {t('columnsUsual')}
      </button>
    </Dialog>
  );
}
