/**
 * The life of a picture on a page: drawn when it comes near the window, redrawn when what it shows changes, gone with
 * its place.
 */

import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chart, Palette } from '../../charts/chart-base.ts';
import { onReconnect, reportLost } from '../connection.ts';
import { type Marker, markerSeries, pageOption } from './chart-page-option.ts';

type Engine = Awaited<typeof import('./chart-engine.ts')>['echarts'];
type Instance = ReturnType<Engine['init']>;

/** A page with pictures is here: what draws them comes beside its data, not after. */
import('./chart-engine.ts').catch(() => {
  // The picture itself sees to it.
});

/** Pixels from the window at which a picture is near. */
const NEAR = 300;

export interface Drawing {
  readonly chart: Chart;
  readonly palette: Palette;
  readonly zoom: boolean;
  readonly group: string | undefined;
  readonly marker: Marker | null;
}

/** @returns whether what draws is there */
export function useDrawing(
  place: RefObject<HTMLDivElement | null>,
  { chart, palette, zoom, group, marker }: Drawing,
): boolean {
  const near = useNear(place);
  const instance = useRef<Instance | null>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    if (!near) return;
    let end = (): void => {};
    let gone = false;
    import('./chart-engine.ts').then(
      ({ echarts }) => {
        if (gone) return;
        [instance.current, end] = start(echarts, place.current as HTMLDivElement, group);
        setReady(true);
      },
      () => {
        // A browser does not ask twice for a module that failed: the page is loaded anew when the server is back.
        reportLost();
        onReconnect(() => location.reload());
      },
    );
    return () => {
      gone = true;
      end();
      instance.current = null;
    };
  }, [near, group]);
  useEffect(() => {
    instance.current?.setOption(pageOption(chart, palette, zoom) as never, { notMerge: true });
  }, [ready, chart, palette, zoom]);
  useEffect(() => {
    if (ready) instance.current?.setOption({ series: [markerSeries(marker, palette)] } as never);
  }, [ready, chart, palette, marker?.x, marker?.label]);
  return ready;
}

function useNear(place: RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setNear(true),
      { rootMargin: `${NEAR}px` },
    );
    observer.observe(place.current as HTMLElement);
    return () => observer.disconnect();
  }, []);
  return near;
}

/** @returns the picture, and what ends it */
function start(echarts: Engine, element: HTMLDivElement, group: string | undefined): [Instance, () => void] {
  const instance = echarts.init(element, null, { renderer: 'canvas' });
  instance.on('finished', () => {
    element.dataset.drawn = 'true';
  });
  if (group !== undefined) {
    instance.group = group;
    echarts.connect(group);
  }
  const resize = new ResizeObserver(() => instance.resize());
  resize.observe(element);
  const end = (): void => {
    resize.disconnect();
    instance.dispose();
  };
  return [instance, end];
}
