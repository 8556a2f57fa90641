/** Cells, their sales, costs, market prices, imports and the overview. */
export const SALES = '';
