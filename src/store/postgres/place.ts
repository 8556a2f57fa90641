/** Addresses of databases: what is said of one names no password. */

/** Whether the place of a workspace is a database rather than a folder. */
export function isDatabaseAddress(location: string): boolean {
  return /^postgres(ql)?:\/\//.test(location);
}

/** `postgres://host:port/database`, as messages name it. */
export function placeOf(address: string): string {
  const { hostname, port, pathname } = new URL(address);
  return `postgres://${hostname || 'localhost'}:${port || 5432}${pathname}`;
}
