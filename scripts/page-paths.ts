/** Paths that pages for maintainers name: each has to be there. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of the repository that a page names in backticks, each once; `{en,es}` stands for both. */
export function pathsNamed(page: string): readonly string[] {
  const found = new Set<string>();
  for (const [, quoted] of page.matchAll(/`([^`\n]+)`/g)) {
    for (const [path] of quoted.matchAll(/(?<![\w./-])(?:src|test|scripts|docs|bench|bin)\/[\w./{},-]*/g))
      for (const one of alternatives(path.replace(/[.,]+$/, ''))) found.add(one);
  }
  return [...found];
}

/** Each path that braces stand for. */
function alternatives(path: string): readonly string[] {
  const braces = /\{([^{}]+)\}/.exec(path);
  if (!braces) return [path];
  return braces[1].split(',').flatMap((part) => alternatives(path.replace(braces[0], part)));
}

/** Paths that a page names and a folder has not. */
export function missingPaths(page: string, folder: string): readonly string[] {
  return pathsNamed(page).filter((path) => !existsSync(join(folder, path)));
}
