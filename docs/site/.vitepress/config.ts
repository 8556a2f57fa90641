import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';

const PAGES = join(import.meta.dirname, '../pages');
const WORDS = {
  en: {
    guide: 'Guide',
    reference: 'Reference',
    start: 'Start',
    errors: 'Errors',
    figures: 'Figures',
    changes: 'Changes',
    glossary: 'Glossary',
    rest: 'REST API',
    library: 'Library',
  },
  es: {
    guide: 'Guía',
    reference: 'Referencia',
    start: 'Empezar',
    errors: 'Errores',
    figures: 'Cifras',
    changes: 'Cambios',
    glossary: 'Glosario',
    rest: 'API REST',
    library: 'Biblioteca',
  },
} as const;

/** Pages of the guide by their own titles. */
function sidebar(lang: keyof typeof WORDS) {
  const words = WORDS[lang];
  const own = readdirSync(join(PAGES, lang))
    .filter((file) => !['index.md', 'rest.md', 'library.md'].includes(file))
    .map((file) => {
      const [title = file] = readFileSync(join(PAGES, lang, file), 'utf8').split('\n');
      return { text: title.replace(/^#\s*/, ''), link: `/${lang}/${file.replace('.md', '')}` };
    })
    .sort((a, b) => a.text.localeCompare(b.text, lang));
  return [
    { text: words.guide, items: [{ text: words.start, link: `/${lang}/` }, ...own] },
    {
      text: words.reference,
      items: [
        { text: words.rest, link: `/${lang}/rest` },
        { text: words.library, link: `/${lang}/library` },
        { text: words.errors, link: '/errors' },
        { text: words.glossary, link: '/glossary' },
        { text: words.figures, link: '/figures' },
        { text: words.changes, link: '/changelog' },
      ],
    },
  ];
}

const SPANISH = {
  outline: { label: 'En esta página' },
  docFooter: { prev: 'Anterior', next: 'Siguiente' },
  darkModeSwitchLabel: 'Tema',
  sidebarMenuLabel: 'Menú',
  returnToTopLabel: 'Volver arriba',
  langMenuLabel: 'Idioma',
};

export default defineConfig({
  title: 'demanda',
  description: 'Demand models and prices for every merchant x product',
  srcDir: 'pages',
  outDir: 'dist',
  cleanUrls: true,
  lastUpdated: false,
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        locales: {
          es: {
            translations: {
              button: { buttonText: 'Buscar', buttonAriaLabel: 'Buscar' },
              modal: {
                noResultsText: 'Nada encontrado para',
                resetButtonTitle: 'Borrar',
                footer: { selectText: 'abrir', navigateText: 'moverse', closeText: 'cerrar' },
              },
            },
          },
        },
      },
    },
    outline: 'deep',
    sidebar: sidebar('en'),
  },
  locales: {
    root: { label: 'English / Español', lang: 'en' },
    en: { label: 'English', lang: 'en', link: '/en/', themeConfig: { sidebar: sidebar('en') } },
    es: { label: 'Español', lang: 'es', link: '/es/', themeConfig: { sidebar: sidebar('es'), ...SPANISH } },
  },
});
