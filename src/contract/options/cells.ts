import { text } from './option.ts';

/** Names of cells, or of one, as they are asked for. */
export const CELLS = {
  merchant: text({ flag: '--merchant', help: 'optMerchant' }),
  product: text({ flag: '--product', help: 'optProduct' }),
  productType: text({ flag: '--product-type', help: 'optType' }),
} as const;
