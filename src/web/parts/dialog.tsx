/** A question over the page: the browser's own dialog, which keeps focus inside and closes with Escape. */

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useSession } from '../session.tsx';

interface DialogProps {
  readonly title: string;
  readonly wide?: boolean;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  /** What its second button says and does; the first one cancels. */
  readonly submit: string;
  readonly disabled?: boolean;
  readonly children: ComponentChildren;
}

export function Dialog({ title, wide, onClose, onSubmit, submit, disabled, children }: DialogProps) {
  const { t } = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class={wide ? 'dialog wide' : 'dialog'} aria-labelledby={titleId} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <h2 id={titleId}>{title}</h2>
        {children}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" class="button primary" disabled={disabled ?? false}>
            {submit}
          </button>
        </div>
      </form>
    </dialog>
  );
}
