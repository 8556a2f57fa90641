/** Hands a file to the user. */

export function saveFile(name: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun by the next turn of the page's clock.
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}

/** A name that every file system takes. */
export function fileName(title: string, extension: string): string {
  return `${title
    .normalize('NFD')
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase()}.${extension}`;
}
