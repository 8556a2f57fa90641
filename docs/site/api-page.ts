/** The REST API as a page: every route with what it takes. */

import type { Description, Operation, Schema } from './open-api.ts';

const WORDS = {
  en: {
    title: 'REST API: every route',
    lead: 'As the server itself describes it at `/openapi.json`. How to come in, scopes and refusals: [The API](/en/api.md).',
    takes: 'takes',
    body: 'body',
    needed: 'needed',
  },
  es: {
    title: 'API REST: todas las rutas',
    lead: 'Como la describe el propio servidor en `/openapi.json` (en inglés). Cómo entrar, permisos y negativas: [La API](/es/api.md).',
    takes: 'recibe',
    body: 'cuerpo',
    needed: 'obligatorio',
  },
} as const;

export function apiPage({ paths }: Description, lang: keyof typeof WORDS): string {
  const words = WORDS[lang];
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const sections = [...Map.groupBy(routes, ({ operation }) => operation.tags[0] ?? 'other')].map(([tag, own]) =>
    [`## ${tag}`, ...own.map((route) => routeText(route, words))].join('\n\n'),
  );
  return `# ${words.title}\n\n${words.lead}\n\n${sections.join('\n\n')}\n`;
}

function routeText(
  { path, method, operation }: { readonly path: string; readonly method: string; readonly operation: Operation },
  words: (typeof WORDS)[keyof typeof WORDS],
): string {
  const given = (operation.parameters ?? []).map(
    ({ name, required, description, schema }) =>
      `- \`${name}\`${typed(schema as Schema)}${required ? `, ${words.needed}` : ''}${described(description)}`,
  );
  const [content] = Object.values(operation.requestBody?.content ?? {});
  const fields = Object.entries(content?.schema.properties ?? {}).map(
    ([name, field]) =>
      `- ${words.body} \`${name}\`${typed(field)}${content?.schema.required?.includes(name) ? `, ${words.needed}` : ''}${described(field.description)}`,
  );
  return [`### \`${method} ${path}\``, operation.summary, [...given, ...fields].join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

function typed({ type, enum: values }: Schema & { readonly enum?: readonly unknown[] }): string {
  if (values) return ` (${values.map((value) => `\`${String(value)}\``).join(', ')})`;
  return type === undefined ? '' : ` (${[type].flat().join(', ')})`;
}

function described(description: string | undefined): string {
  return description === undefined ? '' : `: ${description.replaceAll('<', '&lt;')}`;
}
