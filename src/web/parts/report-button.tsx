/** A page that can be sent: chosen pictures with own words, one file that needs nothing from outside. */

import { useState } from 'preact/hooks';
import type { Chart } from '../../charts/chart-base.ts';
import { htmlText } from '../../contract/html-text.ts';
import { visibleLines } from '../../contract/visible-text.ts';
import { useSession } from '../session.tsx';
import { chartSvg } from './chart-files.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';
import { fileName, saveFile } from './save-file.ts';

interface ReportButtonProps {
  readonly title: string;
  /** Makes the pictures to choose from; they are not made before somebody asks for a report. */
  readonly draw: () => readonly Chart[];
}

export function ReportButton({ title, draw }: ReportButtonProps) {
  const { t } = useSession();
  const [charts, setCharts] = useState<readonly Chart[] | null>(null);
  return (
    <>
      <button type="button" class="button" onClick={() => setCharts(draw())}>
        <Icon name="upload" />
        {t('report')}
      </button>
      {charts && <ReportDialog title={title} charts={charts} onClose={() => setCharts(null)} />}
    </>
  );
}

interface ReportDialogProps {
  readonly title: string;
  readonly charts: readonly Chart[];
  readonly onClose: () => void;
}

function ReportDialog({ title: usual, charts, onClose }: ReportDialogProps) {
  const { t, lang, f } = useSession();
  const [title, setTitle] = useState(usual);
  const [words, setWords] = useState('');
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  async function write(): Promise<void> {
    const chosen = charts.filter((chart) => !left.has(chart.title));
    const pictures = await Promise.all(
      chosen.map(
        async (chart) =>
          `<figure>${await chartSvg(chart)}<figcaption>${htmlText(chart.description)}</figcaption></figure>`,
      ),
    );
    const paragraphs = words.split(/\n+/).map((line) => `<p>${htmlText(line)}</p>`);
    const link = `<p><a href="${htmlText(location.href)}">${htmlText(t('reportLink'))}</a> · ${htmlText(f.time(new Date().toISOString()))}</p>`;
    const page = `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${htmlText(title)}</title><style>${STYLE}</style></head><body><h1>${htmlText(title)}</h1>${paragraphs.join('')}${pictures.join('')}${link}</body></html>`;
    saveFile(fileName(title, 'html'), visibleLines(page), 'text/html');
    onClose();
  }
  return (
    <Dialog
      title={t('report')}
      submit={t('reportSave')}
      disabled={left.size === charts.length}
      onClose={onClose}
      onSubmit={write}
    >
      <label class="field">
        <span>{t('reportTitle')}</span>
        <input class="input" type="text" value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>{t('reportWords')}</span>
        <textarea class="input" rows={4} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
      </label>
      <fieldset class="stack tight">
        <legend class="legend">{t('reportCharts')}</legend>
        {charts.map((chart) => (
          <label class="check" key={chart.title}>
            <input
              type="checkbox"
              checked={!left.has(chart.title)}
              onChange={() => {
                const next = new Set(left);
                if (!next.delete(chart.title)) next.add(chart.title);
                setLeft(next);
              }}
            />
            {chart.title}
          </label>
        ))}
      </fieldset>
    </Dialog>
  );
}

const STYLE =
  'body{margin:32px auto;padding:0 20px;max-width:960px;font:16px/1.5 system-ui,sans-serif;color:#1f2933;background:#fff}' +
  'figure{margin:24px 0;break-inside:avoid}figure svg{width:100%;height:auto}figcaption{color:#52606d;font-size:.9rem}';
