/**
 * What holds for the whole workspace: language, currency, unit, holidays, guardrails; who may come in, and what was
 * done.
 */

import { Page } from '../parts/page.tsx';
import { TabLinks } from '../parts/tab-links.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { AlertsSection } from './settings-alerts.tsx';
import { AuditSection } from './settings-audit.tsx';
import { GeneralSection } from './settings-general.tsx';
import { GuardrailsSection } from './settings-guardrails.tsx';
import { KeysSection } from './settings-keys.tsx';
import { SessionsSection } from './settings-sessions.tsx';

const SECTIONS = [
  { name: 'general', label: 'sectionGeneral', Section: GeneralSection, adminOnly: false, wholeOnly: false },
  { name: 'guardrails', label: 'guardrails', Section: GuardrailsSection, adminOnly: false, wholeOnly: false },
  { name: 'alerts', label: 'sectionAlerts', Section: AlertsSection, adminOnly: true, wholeOnly: true },
  { name: 'keys', label: 'sectionKeys', Section: KeysSection, adminOnly: true, wholeOnly: false },
  { name: 'sessions', label: 'sectionSessions', Section: SessionsSection, adminOnly: true, wholeOnly: false },
  { name: 'audit', label: 'sectionAudit', Section: AuditSection, adminOnly: true, wholeOnly: false },
] as const;

export function SettingsPage() {
  const { t, may, session } = useSession();
  const { query, hrefWith } = useQuery();
  const { name, Section } = SECTIONS.find((section) => section.name === query.section) ?? SECTIONS[0];
  const tabs = SECTIONS.filter(
    ({ adminOnly, wholeOnly }) => (may('admin') || !adminOnly) && (session.merchant === null || !wholeOnly),
  ).map((section) => ({
    name: section.name,
    label: t(section.label),
    href: hrefWith({ section: section.name === 'general' ? null : section.name }),
  }));
  return (
    <Page title={t('navSettings')}>
      <TabLinks label={t('navSettings')} tabs={tabs} current={name} />
      <Section />
    </Page>
  );
}
