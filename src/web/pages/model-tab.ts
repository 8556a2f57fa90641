/** What every tab of a cell's page is given. */

import type { Palette } from '../../charts/chart-base.ts';
import type { RecommendationItem } from '../../contract/api.ts';
import type { CellView } from '../../contract/documents.ts';

export interface TabProps {
  readonly view: CellView;
  readonly item: RecommendationItem | null;
  readonly palette: Palette;
  readonly reload: () => void;
}
