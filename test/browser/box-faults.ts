/** What is wrong with the boxes of a page: measured in the page itself, by one function that is put into it. */

export const BOX_FAULTS = [
  'wide',
  'off the edge',
  'out of its frame',
  'number broken',
  'zero',
  'clipped',
  'whole text untold',
  'overlap',
  'cell missing',
  'target small',
] as const;

export interface BoxFault {
  /**
   * wide: the document scrolls sideways. off the edge: text beyond the left or right edge that no scrolling reaches.
   * out of its frame: text over the side of the border that is drawn around it. number broken: one number in two lines.
   * zero: text in a box without width or height. clipped: text cut off by a box, without an ellipsis. whole text
   * untold: an ellipsis with no title, label or link that has the whole. overlap: two texts, or a text and a control,
   * or two controls, lie on one another. cell missing: a row without a cell that every row must show. target small: a
   * control below 24 x 24 px with another within the 24 px around its middle.
   */
  readonly kind: (typeof BOX_FAULTS)[number];
  /** Tag, class and how its text begins. */
  readonly element: string;
  /** left, top, width × height in px; of both where two overlap. */
  readonly box: string;
}

/** Cells that every row of a table must show, by selectors. */
export interface RequiredCells {
  readonly rows: string;
  readonly cells: readonly string[];
}

/**
 * Measures the page as it stands, not scrolled. Runs in a page: it may use nothing of its module. Drawings (svg, canvas)
 * are not looked into; texts for screen readers alone are passed over; boxes that are fixed, stick to the bottom or lie
 * in the top layer are compared among themselves only, as they lie over others by intent.
 */
export function boxFaults(required: readonly RequiredCells[]): BoxFault[] {
  // long: it is put into a page as one function
  interface Box {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  }
  interface Clip {
    readonly element: Element;
    readonly box: Box;
    readonly x: 'open' | 'cut' | 'scroll';
    readonly y: 'open' | 'cut' | 'scroll';
    readonly ellipsis: boolean;
    readonly clamp: boolean;
  }
  interface Frame {
    /** The innermost first. */
    readonly clips: readonly Clip[];
    /** What draws a border around it. */
    readonly border: Element | null;
    /** The element that lies over others by intent, and what is in it. */
    readonly layer: Element | null;
    readonly unseen: boolean;
  }
  interface Placed {
    readonly element: Element;
    readonly node: Node;
    readonly box: Box;
    readonly layer: Element | null;
    readonly isText: boolean;
  }
  /** Of a rounding, in px. */
  const SLACK = 1;
  /** WCAG 2.2, 2.5.8, in px. */
  const LEAST_TARGET = 24;
  const CONTROLS = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const PASSED = 'svg, canvas, select, option, textarea, script, style, noscript, template';

  const found: BoxFault[] = [];
  const edge = document.documentElement.clientWidth;

  const boxOf = ({ left, top, right, bottom }: Box): Box => ({ left, top, right, bottom });
  const size = (box: Box): number => Math.max(0, box.right - box.left) * Math.max(0, box.bottom - box.top);
  const common = (a: Box, b: Box): Box => ({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  const told = ({ left, top, right, bottom }: Box): string =>
    `${Math.round(left)},${Math.round(top)} ${Math.round(right - left)}×${Math.round(bottom - top)}`;
  const named = (element: Element): string => {
    const text = (element.textContent || element.getAttribute('aria-label') || '').trim().replace(/\s+/g, ' ');
    const classes = (element.getAttribute('class') ?? '').trim().split(/\s+/).filter(Boolean);
    const within = element.closest('[class]:not(.row, .stack)');
    const place = within && within !== element ? `${within.tagName.toLowerCase()}.${within.classList[0]} ` : '';
    return `${place}${[element.tagName.toLowerCase(), ...classes].join('.')} “${text.slice(0, 40)}”`;
  };
  const tell = (kind: BoxFault['kind'], element: Element, box: string): void => {
    found.push({ kind, element: named(element), box });
  };

  const frames = new Map<Element, Frame>();
  const open: Frame = { clips: [], border: null, layer: null, unseen: false };
  /** What holds for everything in an element. */
  const frameOf = (element: Element | null): Frame => {
    if (element === null || element === document.documentElement) return open;
    const known = frames.get(element);
    if (known) return known;
    const style = getComputedStyle(element);
    const outer = frameOf(element.parentElement);
    const base =
      style.position === 'fixed' ? open : style.position === 'absolute' ? frameOf(positioned(element)) : outer;
    const clip = clipOf(element, style);
    const { width, height } = element.getBoundingClientRect();
    const isLayer =
      style.position === 'fixed' ||
      (style.position === 'sticky' && style.bottom !== 'auto') ||
      // A list that drops down over what is below it.
      (style.position === 'absolute' && Number(style.zIndex) > 0) ||
      element.matches('dialog[open], [popover]:popover-open');
    const frame: Frame = {
      clips: clip === null ? base.clips : [clip, ...base.clips],
      border: clip === null ? (hasBorder(element, style) ? element : base.border) : null,
      layer: isLayer ? element : base.layer,
      unseen:
        outer.unseen ||
        (style.position === 'absolute' && style.overflow === 'hidden' && width <= SLACK && height <= SLACK),
    };
    frames.set(element, frame);
    return frame;
  };
  const hasBorder = (element: Element, style: CSSStyleDeclaration): boolean =>
    !element.matches('td, th') &&
    style.display !== 'inline' &&
    Number.parseFloat(style.borderLeftWidth) > 0 &&
    Number.parseFloat(style.borderRightWidth) > 0;
  const positioned = (element: Element): Element | null => {
    let at = element.parentElement;
    while (at !== null && getComputedStyle(at).position === 'static' && getComputedStyle(at).transform === 'none')
      at = at.parentElement;
    return at;
  };
  const clipOf = (element: Element, style: CSSStyleDeclaration): Clip | null => {
    if (element === document.body || style.display === 'inline' || style.display === 'contents') return null;
    const way = (overflow: string): Clip['x'] =>
      overflow === 'visible' ? 'open' : overflow === 'auto' || overflow === 'scroll' ? 'scroll' : 'cut';
    const [x, y] = [way(style.overflowX), way(style.overflowY)];
    if (x === 'open' && y === 'open') return null;
    const { left, top } = element.getBoundingClientRect();
    const [l, t] = [left + element.clientLeft, top + element.clientTop];
    const box = { left: l, top: t, right: l + element.clientWidth, bottom: t + element.clientHeight };
    const clamp = style.webkitLineClamp !== 'none' && style.webkitLineClamp !== '';
    return { element, box, x, y, ellipsis: style.textOverflow === 'ellipsis', clamp };
  };
  /** An ellipsis stands for text that is a line's own, not for that of a block within. */
  const isOwnLine = (element: Element, block: Element): boolean => {
    for (let at: Element | null = element; at !== null && at !== block; at = at.parentElement)
      if (!getComputedStyle(at).display.startsWith('inline')) return false;
    return true;
  };
  const isWholeTold = (element: Element, text: string): boolean => {
    if (element.closest('a[href]')) return true;
    const flat = (words: string | null): string => (words ?? '').replace(/\s+/g, ' ');
    for (let at: Element | null = element; at !== null; at = at.parentElement)
      if ([at.getAttribute('title'), at.getAttribute('aria-label')].some((words) => flat(words).includes(text)))
        return true;
    return false;
  };

  /** What of a box is seen, cut by all around it; what is wrong with that is told where it is of a text. */
  const seen = (element: Element, whole: Box, { clips, border }: Frame, text: string | null): Box => {
    let box = whole;
    const high = whole.bottom - whole.top;
    for (const clip of clips) {
      const beyondX = box.left < clip.box.left - SLACK || box.right > clip.box.right + SLACK;
      // Letters are lower than their boxes: a quarter of a line may be cut.
      const beyondY = box.top < clip.box.top - high / 4 || box.bottom > clip.box.bottom + high / 4;
      const isShut = clip.box.right - clip.box.left < 8 || clip.box.bottom - clip.box.top < 8;
      if (text !== null && size(box) > 0) {
        const ends = clip.clamp || (clip.ellipsis && isOwnLine(element, clip.element));
        if (isShut && (beyondX || beyondY)) tell('clipped', element, `${told(box)} in ${told(clip.box)}`);
        else if ((beyondX && clip.x === 'cut') || (beyondY && clip.y === 'cut')) {
          if (!ends) tell('clipped', element, `${told(box)} in ${told(clip.box)}`);
          else if (!isWholeTold(element, text)) tell('whole text untold', element, told(box));
        }
      }
      box = common(box, {
        left: clip.x === 'open' ? Number.NEGATIVE_INFINITY : clip.box.left,
        right: clip.x === 'open' ? Number.POSITIVE_INFINITY : clip.box.right,
        top: clip.y === 'open' ? Number.NEGATIVE_INFINITY : clip.box.top,
        bottom: clip.y === 'open' ? Number.POSITIVE_INFINITY : clip.box.bottom,
      });
    }
    const around = border?.getBoundingClientRect();
    if (text !== null && around && (box.left < around.left - SLACK || box.right > around.right + SLACK))
      tell('out of its frame', element, `${told(box)} in ${told(around)}`);
    if (text !== null && size(box) > 0 && (box.left < -SLACK || box.right > edge + SLACK))
      tell('off the edge', element, told(box));
    return box;
  };
  const isShown = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !frameOf(element).unseen;

  const texts = (): Placed[] => {
    const placed: Placed[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement as Element;
      const text = (node.textContent ?? '').trim().replace(/\s+/g, ' ');
      if (text === '' || element.closest(PASSED) || !isShown(element)) continue;
      range.selectNodeContents(node);
      const boxes = [...range.getClientRects()].map(boxOf).filter((box) => size(box) > 0);
      const block = blockOf(element);
      const around = block.getBoundingClientRect();
      if (boxes.length === 0 || around.width < SLACK || around.height < SLACK) tell('zero', element, told(around));
      const [first, ...lines] = boxes;
      // Spaces within an amount are such as do not break.
      if (/^[^ \n]*\d[^ \n]*\d[^ \n]*$/.test(node.textContent ?? '') && text.length < 40)
        if (first && lines.some(({ top }) => top >= first.bottom - SLACK)) tell('number broken', element, told(first));
      const frame = frameOf(element);
      const before = found.length;
      for (const whole of boxes) {
        // Each line of a text says the same.
        const box = seen(element, whole, frame, found.length === before ? text : null);
        if (size(box) > 0) placed.push({ element, node, box, layer: frame.layer, isText: true });
      }
    }
    return placed;
  };
  const blockOf = (element: Element): Element => {
    let at = element;
    for (; at.parentElement !== null; at = at.parentElement) {
      const { display } = getComputedStyle(at);
      if (display !== 'inline' && display !== 'contents') break;
    }
    return at;
  };
  const controls = (): Placed[] => {
    const placed: Placed[] = [];
    for (const element of document.querySelectorAll(CONTROLS)) {
      if (element.closest('svg') || !isShown(element)) continue;
      const frame = frameOf(element);
      // What lies in a scroll box of its own is cut by those around it.
      const boxes = [...element.getClientRects()].map(boxOf).filter((box) => size(box) > 0);
      for (const whole of boxes) {
        const box = seen(element, whole, frameOf(element.parentElement), null);
        if (size(box) > 0) placed.push({ element, node: element, box, layer: frame.layer, isText: false });
      }
    }
    return placed;
  };

  const overlaps = (all: readonly Placed[]): void => {
    const sorted = all.toSorted((a, b) => a.box.top - b.box.top);
    const pairs = new Map<Node, Set<Node>>();
    for (const [i, a] of sorted.entries()) {
      for (const b of sorted.slice(i + 1)) {
        if (b.box.top >= a.box.bottom) break;
        if (a.node === b.node || a.layer !== b.layer) continue;
        if (a.node.contains(b.node) || b.node.contains(a.node)) continue;
        const both = common(a.box, b.box);
        const low = Math.min(a.box.bottom - a.box.top, b.box.bottom - b.box.top);
        // Lines of one paragraph reach into one another by a part of their height.
        if (both.right - both.left <= 2 || both.bottom - both.top <= Math.max(2, 0.3 * low)) continue;
        const of = pairs.get(a.node) ?? new Set();
        if (of.has(b.node)) continue;
        pairs.set(a.node, of.add(b.node));
        pairs.set(b.node, (pairs.get(b.node) ?? new Set()).add(a.node));
        tell('overlap', a.element, `${told(a.box)} and ${told(b.box)} of ${named(b.element)}`);
      }
    }
  };

  /** A label is a part of what it names. */
  const targetBox = (element: Element): Box => {
    const own = boxOf(element.getBoundingClientRect());
    const labels = element.matches('input[type=checkbox], input[type=radio]')
      ? [...((element as HTMLInputElement).labels ?? [])]
      : [];
    return labels
      .map((label) => boxOf(label.getBoundingClientRect()))
      .reduce(
        (a, b) => ({
          left: Math.min(a.left, b.left),
          top: Math.min(a.top, b.top),
          right: Math.max(a.right, b.right),
          bottom: Math.max(a.bottom, b.bottom),
        }),
        own,
      );
  };
  /** 2.5.8: a smaller target has 24 px around its middle for itself; links in lines of text are as high as these. */
  const targets = (placed: readonly Placed[]): void => {
    const all = [...new Set(placed.map(({ element }) => element))]
      .filter((element) => !(element as HTMLButtonElement).disabled)
      .map((element) => ({ element, box: targetBox(element), layer: frameOf(element).layer }));
    const isSmall = ({ left, top, right, bottom }: Box): boolean =>
      right - left < LEAST_TARGET - 0.5 || bottom - top < LEAST_TARGET - 0.5;
    const middle = (box: Box): readonly [number, number] => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    for (const { element, box, layer } of all) {
      if (!isSmall(box) || getComputedStyle(element).display === 'inline') continue;
      const [x, y] = middle(box);
      const near = all.find((other) => {
        if (other.element === element || other.layer !== layer) return false;
        if (other.element.contains(element) || element.contains(other.element)) return false;
        const away = Math.hypot(
          Math.max(other.box.left - x, 0, x - other.box.right),
          Math.max(other.box.top - y, 0, y - other.box.bottom),
        );
        const [otherX, otherY] = middle(other.box);
        return (
          away < LEAST_TARGET / 2 - 0.5 ||
          (isSmall(other.box) && Math.hypot(otherX - x, otherY - y) < LEAST_TARGET - 0.5)
        );
      });
      if (near) tell('target small', element, `${told(box)} near ${told(near.box)} of ${named(near.element)}`);
    }
  };

  const cells = (): void => {
    for (const { rows, cells: selectors } of required)
      for (const row of document.querySelectorAll(rows))
        for (const selector of selectors) {
          const cell = row.querySelector(selector);
          const box = cell?.getBoundingClientRect();
          if (!box || box.width < SLACK || box.height < SLACK || (cell?.textContent ?? '').trim() === '')
            tell('cell missing', row, `${selector} ${box ? told(box) : 'is not there'}`);
        }
  };

  if (document.documentElement.scrollWidth > edge)
    tell('wide', document.documentElement, `${document.documentElement.scrollWidth} in ${edge}`);
  const placedTexts = texts();
  const placedControls = controls();
  overlaps([...placedTexts, ...placedControls]);
  targets(placedControls);
  cells();
  return found;
}
