/**
 * The life of a picture on a page: drawn when it comes near the window, redrawn when what it shows changes, gone with
 * its place.
 */

import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chart, Palette } from '../../charts/chart-base.ts';
import { type ChartWindow, refitted } from '../../charts/refit.ts';
import type { Lang } from '../../core/vocabulary.ts';
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
/** A window that stays for so long is told. */
const SETTLED_MS = 250;

export interface Drawing {
  readonly chart: Chart;
  readonly palette: Palette;
  readonly lang: Lang;
  readonly group: string | undefined;
  readonly marker: Marker | null;
  /** The part of the x axis that is seen; null: all of it. */
  readonly window: ChartWindow | null;
  /** Hears of a part that a reader chose; without it there is nothing to choose. */
  readonly onWindow: ((window: ChartWindow | null) => void) | undefined;
  readonly hidden: ReadonlySet<string>;
}

/** @returns whether what draws is there */
export function useDrawing(place: RefObject<HTMLDivElement | null>, drawing: Drawing): boolean {
  const { chart, palette, lang, group, marker, window: part, onWindow, hidden } = drawing;
  const near = useNear(place);
  const instance = useRef<Instance | null>(null);
  const newest = useRef(drawing);
  newest.current = drawing;
  const [ready, setReady] = useState(false);
  useEffect(() => {
    if (!near) return;
    let end = (): void => {};
    let gone = false;
    import('./chart-engine.ts').then(
      ({ echarts }) => {
        if (gone) return;
        [instance.current, end] = start(echarts, place.current as HTMLDivElement, newest);
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
    const width = place.current?.clientWidth ?? 0;
    const view = { width, zoom: onWindow !== undefined, window: newest.current.window, hidden };
    instance.current?.setOption(pageOption(chart, palette, view) as never, { notMerge: true });
    instance.current?.setOption(refitted(chart, view.window, hidden, lang) as never);
  }, [ready, chart, palette, onWindow !== undefined, hidden]);
  useEffect(() => {
    const shown = instance.current && windowOf(instance.current);
    if (!ready || !instance.current || onWindow === undefined || isSame(shown ?? null, part)) return;
    instance.current.dispatchAction({
      type: 'dataZoom',
      batch: [0, 1].map((dataZoomIndex) => ({
        dataZoomIndex,
        ...(part ? { startValue: part[0], endValue: part[1] } : { start: 0, end: 100 }),
      })),
    });
  }, [ready, part?.[0], part?.[1]]);
  useEffect(() => {
    if (ready) instance.current?.setOption({ series: [markerSeries(marker, palette)] } as never);
  }, [ready, chart, palette, hidden, marker?.x, marker?.label]);
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

/** The part of its x axis that a picture shows; null: all of it, or there is nothing to choose. */
function windowOf(instance: Instance): ChartWindow | null {
  const [zoom] = (instance.getOption()?.dataZoom ?? []) as readonly {
    start: number;
    end: number;
    startValue: number;
    endValue: number;
  }[];
  if (!zoom || (zoom.start <= 0.01 && zoom.end >= 99.99)) return null;
  return [zoom.startValue, zoom.endValue];
}

function isSame(a: ChartWindow | null, b: ChartWindow | null): boolean {
  return a === null || b === null
    ? a === b
    : Math.round(a[0]) === Math.round(b[0]) && Math.round(a[1]) === Math.round(b[1]);
}

/** @returns the picture, and what ends it */
function start(
  echarts: Engine,
  element: HTMLDivElement,
  newest: { readonly current: Drawing },
): [Instance, () => void] {
  const instance = echarts.init(element, null, { renderer: 'canvas' });
  instance.on('finished', () => {
    element.dataset.drawn = 'true';
  });
  const { group } = newest.current;
  if (group !== undefined) {
    instance.group = group;
    echarts.connect(group);
  }
  let told: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  instance.on('datazoom', () => {
    // Many a second while a reader drags: one fit a frame.
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const { chart, hidden: gone, lang } = newest.current;
      const part = windowOf(instance);
      instance.setOption(refitted(chart, part, gone, lang) as never);
      clearTimeout(told);
      told = setTimeout(() => {
        const { onWindow, window } = newest.current;
        if (!isSame(part, window)) onWindow?.(part);
      }, SETTLED_MS);
    });
  });
  // The wheel scrolls the page; with Ctrl it narrows the picture.
  const letScroll = (event: WheelEvent): void => {
    if (!event.ctrlKey) event.stopPropagation();
  };
  const reset = (): void => newest.current.onWindow?.(null);
  element.addEventListener('wheel', letScroll, { capture: true, passive: true });
  element.addEventListener('dblclick', reset);
  const resize = new ResizeObserver(() => instance.resize());
  resize.observe(element);
  const end = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(told);
    element.removeEventListener('wheel', letScroll, { capture: true });
    element.removeEventListener('dblclick', reset);
    resize.disconnect();
    instance.dispose();
  };
  return [instance, end];
}
