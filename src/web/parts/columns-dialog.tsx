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
        {[...chosen, ...others].map((id) => (
          <ColumnChoice
            key={id}
            head={headOf(id)}
            place={chosen.indexOf(id)}
            last={chosen.length - 1}
            fixed={id === first}
            onToggle={() => toggle(id)}
            onMove={(by) => move(id, by)}
          />
        ))}
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

interface ColumnChoiceProps {
  readonly head: string;
  /** Among those that are shown; -1: it is not. */
  readonly place: number;
  readonly last: number;
  readonly fixed: boolean;
  readonly onToggle: () => void;
  readonly onMove: (by: -1 | 1) => void;
}

function ColumnChoice({ head, place, last, fixed, onToggle, onMove }: ColumnChoiceProps) {
  const { t } = useSession();
  const mover = (label: 'columnUp' | 'columnDown', icon: 'up' | 'down', by: -1 | 1, isEnd: boolean) => (
    <button
      type="button"
      class="button quiet small"
      disabled={isEnd}
      aria-label={t(label, { column: head })}
      onClick={() => onMove(by)}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <li class="row between">
      <label class="check">
        <input type="checkbox" checked={place >= 0} disabled={fixed} onChange={onToggle} />
        {head}
      </label>
      {place > 0 && (
        <span class="row">
          {mover('columnUp', 'up', -1, place <= 1)}
          {mover('columnDown', 'down', 1, place === last)}
        </span>
      )}
    </li>
  );
}
