/** The address of a cell's page. */

export function modelPath(merchant: string, product: string): string {
  return `/models/${encodeURIComponent(merchant)}/${encodeURIComponent(product)}`;
}
