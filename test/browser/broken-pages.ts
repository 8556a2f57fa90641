/** Pages that are broken on purpose, one for each kind of fault that is measured, and one that is not. */

import type { BoxFault } from './box-faults.ts';

const LONG_WORD = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk';
const page = (body: string): string =>
  `<!doctype html><meta name="viewport" content="width=device-width"><body style="margin: 8px">${body}</body>`;

/** What looks like a fault and is none. */
export const SOUND_PAGE = page(`
  <div style="width: 100px; overflow-x: auto"><p style="white-space: nowrap">reached by scrolling ${LONG_WORD}</p></div>
  <p style="width: 90px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap" title="${LONG_WORD}">${LONG_WORD}</p>
  <a href="#" style="display: block; margin: 20px 0; width: 90px; overflow: hidden; text-overflow: ellipsis">${LONG_WORD}</a>
  <span style="position: absolute; width: 1px; height: 1px; overflow: hidden; white-space: nowrap">for a screen reader</span>
  <label style="display: flex; height: 30px"><input type="checkbox"> its label is a part of it</label>
  <p>a line that is longer than the page is wide and breaks, with <a href="#">a link</a> in it</p>
  <p style="position: fixed; bottom: 0; left: 0; margin: 0; background: white">a bar over the page, by intent</p>
  <div style="height: 900px"></div>
  <p style="display: none; position: absolute; left: -500px">not shown</p>
  <table class="overview"><tr><td class="gain">+1</td></tr></table>`);

export const BROKEN_PAGES: readonly { readonly kind: BoxFault['kind']; readonly html: string }[] = [
  { kind: 'wide', html: page(`<p style="white-space: nowrap">${LONG_WORD} ${LONG_WORD}</p>`) },
  { kind: 'off the edge', html: page('<p style="position: absolute; left: -30px">begins before the page</p>') },
  {
    kind: 'off the edge',
    html: page(`<div style="position: absolute; left: 300px; white-space: nowrap">${LONG_WORD}</div>`),
  },
  {
    kind: 'out of its frame',
    html: page(`<div style="width: 200px; border: 1px solid; padding: 4px">${LONG_WORD}</div>`),
  },
  {
    kind: 'number broken',
    html: page('<p style="width: 60px; overflow-wrap: anywhere">123.456.789.012,34\u00a0€</p>'),
  },
  { kind: 'zero', html: page('<div style="width: 0; white-space: nowrap">in no width</div>') },
  { kind: 'zero', html: page('<p style="font-size: 0">in no height</p>') },
  { kind: 'clipped', html: page(`<p style="width: 90px; overflow: hidden">${LONG_WORD}</p>`) },
  {
    kind: 'clipped',
    html: page(
      '<p style="height: 12px; overflow: hidden; line-height: 20px; width: 60px">two lines in the height of one</p>',
    ),
  },
  {
    kind: 'clipped',
    html: page(
      '<table style="table-layout: fixed; width: 100px"><tr><td style="width: 100px"><td style="width: 0; padding: 0; overflow: hidden; white-space: nowrap">+12 €</table>',
    ),
  },
  {
    // An ellipsis stands for a block's own line, not for that of a block within.
    kind: 'clipped',
    html: page(
      `<div style="width: 90px; overflow: hidden; text-overflow: ellipsis" title="${LONG_WORD}"><p>${LONG_WORD}</p></div>`,
    ),
  },
  {
    kind: 'whole text untold',
    html: page(
      `<p style="width: 90px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap">${LONG_WORD}</p>`,
    ),
  },
  { kind: 'overlap', html: page('<p>one line</p><p style="margin-top: -30px">and another upon it</p>') },
  {
    kind: 'overlap',
    html: page('<p>a line</p><button style="position: relative; top: -30px">a button upon it</button>'),
  },
  {
    kind: 'overlap',
    html: page(
      `<div style="display: flex; width: 200px"><b style="flex: 0 0 80px; min-width: 0">${LONG_WORD}</b><i>beside</i></div>`,
    ),
  },
  { kind: 'cell missing', html: page('<table class="overview"><tr><td>a product</td></tr></table>') },
  { kind: 'cell missing', html: page('<table class="overview"><tr><td class="gain"></td></tr></table>') },
  {
    kind: 'target small',
    html: page(
      '<button style="width: 14px; height: 14px; padding: 0">a</button><button style="width: 14px; height: 14px; padding: 0">b</button>',
    ),
  },
];
