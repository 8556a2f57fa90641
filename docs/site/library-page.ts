/** The library as a page: the methods of a workspace, by their docstrings. */

import type { PublicMethod } from '../../scripts/public-methods.ts';

const WORDS = {
  en: {
    title: 'Library',
    lead: "`import { Workspace } from 'demanda'`. A workspace is a folder, or a database by its address. Types come with the package.",
  },
  es: {
    title: 'Biblioteca',
    lead: "`import { Workspace } from 'demanda'`. Un espacio de trabajo es una carpeta, o una base de datos por su dirección. Los tipos vienen con el paquete; cada método se describe en inglés.",
  },
} as const;

export function libraryPage(methods: readonly PublicMethod[], lang: keyof typeof WORDS): string {
  const { title, lead } = WORDS[lang];
  const sections = methods.map(({ name, docstring, example }) => {
    const [about = ''] = docstring.split('@example\n');
    const lines = about
      .replace(/\{@link (\w+)\}/g, '`$1`')
      .replaceAll('<', '&lt;')
      .replace(/@throws DemandaError ([\s\S]*?)(?=\n@|$)/g, '\nMay throw: $1')
      .replace(/@param (\S+)/g, '\n- `$1`')
      .replace(/@returns/g, '\nGives');
    return [`## ${name}`, lines.trim(), ...(example === '' ? [] : [`\`\`\`ts\n${example.trim()}\n\`\`\``])].join(
      '\n\n',
    );
  });
  return `# ${title}\n\n${lead}\n\n${sections.join('\n\n')}\n`;
}
