/** A button that ends something on the server, once it was asked whether it should. */

import { useState } from 'preact/hooks';
import { sendJson } from '../api-client.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen } from '../use-resource.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';
import { useProblemToast } from './use-problem-toast.ts';

interface StopButtonProps {
  /** Is sent a POST. */
  readonly path: string;
  readonly title: string;
  readonly lead: string;
  /** What is said once it has ended. */
  readonly done: string;
  readonly onDone: () => void;
}

export function StopButton({ path, title, lead, done, onDone }: StopButtonProps) {
  const { t, may } = useSession();
  const tellProblem = useProblemToast();
  const [asked, setAsked] = useState(false);
  async function stop(): Promise<void> {
    setAsked(false);
    try {
      await sendJson('POST', path);
      showToast(done);
    } catch (error) {
      tellProblem(error);
    }
    forgetSeen();
    onDone();
  }
  if (!may('approve')) return null;
  return (
    <>
      <button type="button" class="button" onClick={() => setAsked(true)}>
        <Icon name="stop" />
        {t('stop')}
      </button>
      {asked && (
        <Dialog title={title} onClose={() => setAsked(false)} onSubmit={stop} submit={t('stop')}>
          <p>{lead}</p>
        </Dialog>
      )}
    </>
  );
}
