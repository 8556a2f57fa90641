/** When the errors of two versions of a model are told to be the same. */

/** Share of an error by which another differs from it at least before it is called better or worse. */
export const SAME_ERROR_SHARE = 0.01;
