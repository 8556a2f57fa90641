/** The shell: navigation, the pages and their addresses, messages, and word of a lost connection. */

import { useEffect, useState } from 'preact/hooks';
import { ErrorBoundary, LocationProvider, lazy, Route, Router, useLocation } from 'preact-iso';
import { LANGS } from '../core/vocabulary.ts';
import type { WebKey } from '../i18n/web-messages.ts';
import { onReconnect, reportLost, useConnectionLost } from './connection.ts';
import { languageName } from './formats.ts';
import { OverviewPage } from './pages/overview.tsx';
import { Icon, type IconName } from './parts/icon.tsx';
import { Page } from './parts/page.tsx';
import { type Theme, useSession } from './session.tsx';
import { Toasts } from './toasts.tsx';

/** A page whose script is loaded when it is first asked for, or when the browser has nothing else to do. */
function latePage<T>(load: () => Promise<T>) {
  return lazy(async () => {
    try {
      return await load();
    } catch {
      // Without a server there is no script. A browser does not ask twice for a module that failed: the page is loaded
      // anew when the server is back.
      reportLost();
      return new Promise<T>(() => {
        onReconnect(() => location.reload());
      });
    }
  });
}

const FleetPage = latePage(() => import('./pages/fleet.tsx').then((m) => m.FleetPage));
const ModelPage = latePage(() => import('./pages/model.tsx').then((m) => m.ModelPage));
const RecommendationsPage = latePage(() => import('./pages/recommendations.tsx').then((m) => m.RecommendationsPage));
const HoldoutPage = latePage(() => import('./pages/holdout.tsx').then((m) => m.HoldoutPage));
const CompetitorsPage = latePage(() => import('./pages/competitors.tsx').then((m) => m.CompetitorsPage));
const TogetherPage = latePage(() => import('./pages/together.tsx').then((m) => m.TogetherPage));
const PromotionsPage = latePage(() => import('./pages/promotions.tsx').then((m) => m.PromotionsPage));
const TotalsPage = latePage(() => import('./pages/totals.tsx').then((m) => m.TotalsPage));
const PerishablesPage = latePage(() => import('./pages/perishables.tsx').then((m) => m.PerishablesPage));
const TrainPage = latePage(() => import('./pages/train.tsx').then((m) => m.TrainPage));
const TrainingPage = latePage(() => import('./pages/training.tsx').then((m) => m.TrainingPage));
const TestsPage = latePage(() => import('./pages/tests.tsx').then((m) => m.TestsPage));
const TestPage = latePage(() => import('./pages/test.tsx').then((m) => m.TestPage));
const OutcomesPage = latePage(() => import('./pages/outcomes.tsx').then((m) => m.OutcomesPage));
const PricesPage = latePage(() => import('./pages/prices.tsx').then((m) => m.PricesPage));
const HistoryPage = latePage(() => import('./pages/history.tsx').then((m) => m.HistoryPage));
const RunPage = latePage(() => import('./pages/run.tsx').then((m) => m.RunPage));
const ComparePage = latePage(() => import('./pages/compare.tsx').then((m) => m.ComparePage));
const DataPage = latePage(() => import('./pages/data.tsx').then((m) => m.DataPage));
const WatchPage = latePage(() => import('./pages/watch.tsx').then((m) => m.WatchPage));
const SettingsPage = latePage(() => import('./pages/settings.tsx').then((m) => m.SettingsPage));
const LATE_PAGES = [
  FleetPage,
  ModelPage,
  RecommendationsPage,
  TogetherPage,
  CompetitorsPage,
  PromotionsPage,
  TotalsPage,
  PerishablesPage,
  TestsPage,
  TestPage,
  OutcomesPage,
  PricesPage,
  TrainPage,
  TrainingPage,
  HistoryPage,
  RunPage,
  ComparePage,
  HoldoutPage,
  DataPage,
  WatchPage,
  SettingsPage,
];
/** The script of the page that the visit begins with is asked for at once, beside the session. */
const FIRST: Readonly<Record<string, { preload(): unknown }>> = {
  fleet: FleetPage,
  models: ModelPage,
  recommendations: RecommendationsPage,
  together: TogetherPage,
  competitors: CompetitorsPage,
  promotions: PromotionsPage,
  totals: TotalsPage,
  perishables: PerishablesPage,
  tests: TestsPage,
  outcomes: OutcomesPage,
  holdout: HoldoutPage,
  prices: PricesPage,
  train: TrainPage,
  history: HistoryPage,
  compare: ComparePage,
  data: DataPage,
  watch: WatchPage,
  settings: SettingsPage,
};
FIRST[location.pathname.split('/')[1] as string]?.preload();
/** The first page comes first; the others' scripts follow in a pause after it. */
const PRELOAD_AFTER_MS = 1_500;

const PLACES: readonly {
  readonly href: string;
  readonly icon: IconName;
  readonly label: WebKey;
  readonly short?: WebKey;
}[] = [
  { href: '/', icon: 'overview', label: 'navOverview' },
  { href: '/fleet', icon: 'outcomes', label: 'navFleet' },
  { href: '/recommendations', icon: 'recommendations', label: 'navRecommendations', short: 'navRecommendationsShort' },
  { href: '/together', icon: 'together', label: 'navTogether' },
  { href: '/competitors', icon: 'compare', label: 'navCompetitors' },
  { href: '/promotions', icon: 'promotions', label: 'navPromotions' },
  { href: '/totals', icon: 'totals', label: 'navTotals' },
  { href: '/perishables', icon: 'perishables', label: 'navPerishables' },
  { href: '/tests', icon: 'tests', label: 'navTests' },
  { href: '/outcomes', icon: 'outcomes', label: 'navOutcomes' },
  { href: '/train', icon: 'train', label: 'navTrain' },
  { href: '/history', icon: 'history', label: 'navHistory' },
  { href: '/compare', icon: 'compare', label: 'navCompare' },
  { href: '/data', icon: 'data', label: 'navData' },
  { href: '/watch', icon: 'shield', label: 'navWatch' },
  { href: '/settings', icon: 'settings', label: 'navSettings' },
];
/** On a phone these stand in the bar; the others are behind its last button. */
const IN_BAR = ['/', '/recommendations', '/train', '/data'];

export function App() {
  return (
    <LocationProvider>
      <Shell />
    </LocationProvider>
  );
}

function Shell() {
  const { t } = useSession();
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const page of LATE_PAGES) page.preload();
    }, PRELOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="shell">
      <a class="skip-link" href="#content">
        {t('skip')}
      </a>
      <header class="top-bar">
        <Brand />
      </header>
      <aside class="side">
        <Brand />
        <nav aria-label={t('navLabel')}>
          <NavLinks places={PLACES} />
        </nav>
        <div class="side-foot">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </aside>
      <main id="content" class="page" tabIndex={-1}>
        <LostBanner />
        <ErrorBoundary>
          <Pages />
        </ErrorBoundary>
      </main>
      <BottomBar />
      <Toasts />
    </div>
  );
}

/** Every page by its address. */
function Pages() {
  return (
    <Router>
      <Route path="/" component={OverviewPage} />
      <Route path="/fleet" component={FleetPage} />
      <Route path="/models/:merchant/:product" component={ModelPage} />
      <Route path="/recommendations" component={RecommendationsPage} />
      <Route path="/together" component={TogetherPage} />
      <Route path="/competitors" component={CompetitorsPage} />
      <Route path="/promotions" component={PromotionsPage} />
      <Route path="/totals" component={TotalsPage} />
      <Route path="/perishables" component={PerishablesPage} />
      <Route path="/tests" component={TestsPage} />
      <Route path="/tests/:id" component={TestPage} />
      <Route path="/outcomes" component={OutcomesPage} />
      <Route path="/holdout" component={HoldoutPage} />
      <Route path="/prices" component={PricesPage} />
      <Route path="/train" component={TrainPage} />
      <Route path="/train/:trainingId" component={TrainingPage} />
      <Route path="/history" component={HistoryPage} />
      <Route path="/history/:runId" component={RunPage} />
      <Route path="/compare" component={ComparePage} />
      <Route path="/data" component={DataPage} />
      <Route path="/watch" component={WatchPage} />
      <Route path="/settings" component={SettingsPage} />
      <Route default component={UnknownPage} />
    </Router>
  );
}

function Brand() {
  return (
    <a class="brand" href="/">
      <img src="/favicon.svg" alt="" />
      demanda
    </a>
  );
}

function NavLinks({
  places,
  short = false,
  onFollow,
}: {
  readonly places: typeof PLACES;
  readonly short?: boolean;
  readonly onFollow?: () => void;
}) {
  const { t } = useSession();
  const { path } = useLocation();
  const current = (href: string): boolean =>
    href === '/' ? path === '/' || path.startsWith('/models/') : path === href || path.startsWith(`${href}/`);
  return (
    <ul class="nav-list">
      {places.map(({ href, icon, label, short: brief }) => (
        <li key={href}>
          <a
            class="nav-link"
            href={href}
            {...(current(href) && { 'aria-current': 'page' })}
            {...(onFollow && { onClick: onFollow })}
          >
            <Icon name={icon} />
            {t(short && brief ? brief : label)}
          </a>
        </li>
      ))}
    </ul>
  );
}

function BottomBar() {
  const { t } = useSession();
  const [open, setOpen] = useState(false);
  return (
    <>
      {open && (
        <div class="more-sheet" id="more-sheet">
          <NavLinks places={PLACES.filter(({ href }) => !IN_BAR.includes(href))} onFollow={() => setOpen(false)} />
          <div class="row between">
            <LanguageSwitch />
            <ThemeSwitch />
          </div>
        </div>
      )}
      <nav class="bottom-bar" aria-label={t('navLabel')}>
        <NavLinks places={PLACES.filter(({ href }) => IN_BAR.includes(href))} short onFollow={() => setOpen(false)} />
        <button
          type="button"
          class="nav-button"
          aria-expanded={open}
          aria-controls="more-sheet"
          onClick={() => setOpen(!open)}
        >
          <Icon name="more" />
          {t('navMore')}
        </button>
      </nav>
    </>
  );
}

function LanguageSwitch() {
  const { t, lang, setLang } = useSession();
  return (
    <fieldset class="segmented" aria-label={t('language')}>
      {LANGS.map((choice) => (
        <button type="button" key={choice} aria-pressed={lang === choice} lang={choice} onClick={() => setLang(choice)}>
          {languageName(choice)}
        </button>
      ))}
    </fieldset>
  );
}

const THEMES: readonly { readonly theme: Theme; readonly icon: IconName; readonly label: WebKey }[] = [
  { theme: 'light', icon: 'sun', label: 'themeLight' },
  { theme: 'system', icon: 'system', label: 'themeSystem' },
  { theme: 'dark', icon: 'moon', label: 'themeDark' },
];

function ThemeSwitch() {
  const { t, theme, setTheme } = useSession();
  return (
    <fieldset class="segmented" aria-label={t('theme')}>
      {THEMES.map((choice) => (
        <button
          type="button"
          key={choice.theme}
          aria-pressed={theme === choice.theme}
          aria-label={t(choice.label)}
          title={t(choice.label)}
          onClick={() => setTheme(choice.theme)}
        >
          <Icon name={choice.icon} />
        </button>
      ))}
    </fieldset>
  );
}

function LostBanner() {
  const { t } = useSession();
  return (
    <div role="status">
      {useConnectionLost() && (
        <p class="banner">
          <Icon name="warning" />
          {t('lost')}
        </p>
      )}
    </div>
  );
}

function UnknownPage() {
  const { t } = useSession();
  return (
    <Page title={t('unknownPage')} lead={t('unknownPageLead')}>
      <p>
        <a class="button primary" href="/">
          {t('navOverview')}
        </a>
      </p>
    </Page>
  );
}
