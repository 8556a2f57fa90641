/** A name to keep something under. */

import { useState } from 'preact/hooks';
import { useSession } from '../session.tsx';

interface NameFormProps {
  readonly label: string;
  /** Hears '' where nothing was typed. */
  readonly onName: (name: string) => void;
}

export function NameForm({ label, onName }: NameFormProps) {
  const { t } = useSession();
  const [name, setName] = useState('');
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        onName(name.trim());
        setName('');
      }}
    >
      <input
        class="input narrow"
        aria-label={label}
        placeholder={label}
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
