/** A training as it runs: as it was when the page was opened, then as its events tell. */

import { useEffect, useState } from 'preact/hooks';
import type { CellProgress, TrainingDetail, TrainingItem } from '../../contract/api.ts';
import { cellKey } from '../../contract/cell-name.ts';
import { reportLost } from '../connection.ts';
import { forgetSeen, type Resource, useResource } from '../use-resource.ts';

export interface LiveTraining {
  readonly detail: Resource<TrainingDetail>;
  /** Null until the first answer. */
  readonly training: TrainingItem | null;
  /** By `cellKey`. */
  readonly cells: ReadonlyMap<string, CellProgress>;
  readonly running: boolean;
}

type Live = Pick<LiveTraining, 'training' | 'cells'>;

/** @param address of the training in the API */
export function useLiveTraining(address: string): LiveTraining {
  const detail = useResource<TrainingDetail>(address);
  const [live, setLive] = useState<Live>({ training: null, cells: new Map() });
  useEffect(() => {
    if (!detail.data) return;
    const { training, progress } = detail.data;
    setLive({ training, cells: new Map(progress.map((cell) => [cellKey(cell), cell])) });
  }, [detail.data]);
  const running = live.training !== null && !isOver(live.training);
  useEffect(() => {
    if (!running) return;
    return listen(address, {
      onCells: (news) => setLive((now) => withNews(now, news)),
      onTraining: (training) => setLive((now) => ({ ...now, training })),
      onEnd: () => {
        forgetSeen();
        detail.reload();
      },
    });
  }, [running, address]);
  return { detail, ...live, running };
}

function isOver({ status }: TrainingItem): boolean {
  return status === 'done' || status === 'stopped' || status === 'failed';
}

function withNews(now: Live, news: readonly CellProgress[]): Live {
  const cells = new Map(now.cells);
  // A cell that has ended leaves its curve to its history: what was drawn of it stays.
  for (const cell of news)
    cells.set(
      cellKey(cell),
      cell.points.length > 0 ? cell : { ...cell, points: now.cells.get(cellKey(cell))?.points ?? [] },
    );
  return { ...now, cells };
}

interface Listener {
  /** The newest of each cell, once a frame: many events a second become one drawing. */
  readonly onCells: (news: readonly CellProgress[]) => void;
  readonly onTraining: (training: TrainingItem) => void;
  readonly onEnd: () => void;
}

/** @returns stops listening */
function listen(address: string, { onCells, onTraining, onEnd }: Listener): () => void {
  // The browser connects again by itself, and says where it left off.
  const events = new EventSource(`${address}/events`);
  const waiting = new Map<string, CellProgress>();
  let frame = 0;
  const draw = (): void => {
    frame = 0;
    const news = [...waiting.values()];
    waiting.clear();
    onCells(news);
  };
  events.addEventListener('cell', (event) => {
    const cell = JSON.parse((event as MessageEvent<string>).data) as CellProgress;
    waiting.set(cellKey(cell), cell);
    if (frame === 0) frame = requestAnimationFrame(draw);
  });
  events.addEventListener('training', (event) => {
    const training = JSON.parse((event as MessageEvent<string>).data) as TrainingItem;
    onTraining(training);
    if (!isOver(training)) return;
    events.close();
    onEnd();
  });
  events.addEventListener('error', () => {
    reportLost();
  });
  return () => {
    cancelAnimationFrame(frame);
    events.close();
  };
}
