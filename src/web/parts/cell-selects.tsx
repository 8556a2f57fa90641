/** A merchant, or a type of product, to choose: all of them first. */

import { useSession } from '../session.tsx';
import { Select } from './select.tsx';

interface NamesSelectProps {
  readonly names: readonly string[];
  /** '' for all. */
  readonly value: string;
  readonly onChoose: (name: string) => void;
  readonly labelled?: boolean;
}

export function MerchantSelect({ names, ...select }: NamesSelectProps) {
  const { t } = useSession();
  return (
    <Select
      {...select}
      label={t('merchant')}
      choices={[{ value: '', label: t('allMerchants') }, ...names.map(choiceOf)]}
    />
  );
}

export function ProductTypeSelect({ names, ...select }: NamesSelectProps) {
  const { t } = useSession();
  return (
    <Select
      {...select}
      label={t('productType')}
      choices={[{ value: '', label: t('allTypes') }, ...names.map(choiceOf)]}
    />
  );
}

const choiceOf = (name: string) => ({ value: name, label: name });
