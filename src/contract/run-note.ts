/** How much may be written of a run. */

export const MOST_TAGS = 20;
export const MOST_TAG_LETTERS = 40;
export const MOST_NOTE_LETTERS = 2_000;
