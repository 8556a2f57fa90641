/** Entry point of a worker thread. */

import { type CellWork, type CellWorkResult, doCellWork } from './cell-work.ts';

export default function work(piece: CellWork): CellWorkResult {
  return doCellWork(piece);
}
