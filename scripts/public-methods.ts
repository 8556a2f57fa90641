/** The public methods of a class in its source, for the documentation and the tests of it. */

export interface PublicMethod {
  readonly name: string;
  readonly docstring: string;
  /** Empty where there is none. */
  readonly example: string;
}

/** The public methods of the class, each with the comment right above it. */
export function publicMethods(source: string): PublicMethod[] {
  const members: PublicMethod[] = [];
  const pattern = /(?:^ {2}\/\*\*\n((?:^ {3}\*.*\n)*?)^ {3}\*\/\n)?^ {2}(?:static )?(?:async )?(\w+)(?:<.*>)?\(/gm;
  for (const [, comment = '', name] of source.matchAll(pattern)) {
    if (name === undefined || name === 'constructor') continue;
    const docstring = comment.replace(/^ {3}\* ?/gm, '');
    const [, example = ''] = docstring.split('@example\n');
    members.push({ name, docstring, example });
  }
  return members;
}
