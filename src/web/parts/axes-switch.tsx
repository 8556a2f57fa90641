/** Even or logarithmic axes of a picture of errors. */

import { useSession } from '../session.tsx';
import { Segmented } from './segmented.tsx';

export function AxesSwitch({
  logarithmic,
  onChoose,
}: {
  readonly logarithmic: boolean;
  readonly onChoose: (logarithmic: boolean) => void;
}) {
  const { t } = useSession();
  const choices = [
    { value: false, label: t('axesEven') },
    { value: true, label: t('axesLog') },
  ];
  return <Segmented label={t('axesLabel')} value={logarithmic} choices={choices} onChoose={onChoose} />;
}
