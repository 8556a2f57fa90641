/** What people write of a run: tags to find it by, and a note. Its model version carries them too. */

import { useState } from 'preact/hooks';
import type { RunItem } from '../../contract/api.ts';
import { MOST_NOTE_LETTERS } from '../../contract/run-note.ts';
import { apiPath, sendJson } from '../api-client.ts';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen } from '../use-resource.ts';

export function RunNoteCard({ run }: { readonly run: RunItem }) {
  const { t, may } = useSession();
  const tellProblem = useProblemToast();
  const [tags, setTags] = useState(run.tags.join(', '));
  const [note, setNote] = useState(run.note);
  const [busy, setBusy] = useState(false);
  async function save(): Promise<void> {
    setBusy(true);
    try {
      const body = { tags: tagsIn(tags), note };
      const kept = await sendJson<{ tags: string[] }>('PUT', apiPath('histories', run.runId, 'note'), body);
      setTags(kept.tags.join(', '));
      forgetSeen();
      showToast(t('noteKept'));
    } catch (error) {
      tellProblem(error);
    }
    setBusy(false);
  }
  return (
    <form
      class="card pad stack tight"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <h2>{t('noteTitle')}</h2>
      <label class="field">
        <span>{t('tags')}</span>
        <input
          class="input"
          type="text"
          value={tags}
          placeholder={t('tagsHint')}
          readOnly={!may('train')}
          onInput={(event) => setTags(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{t('note')}</span>
        <textarea
          class="input"
          rows={3}
          maxLength={MOST_NOTE_LETTERS}
          value={note}
          readOnly={!may('train')}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      {may('train') && (
        <div>
          <button type="submit" class="button" disabled={busy}>
            {t('save')}
          </button>
        </div>
      )}
    </form>
  );
}

function tagsIn(text: string): string[] {
  return text.split(',').flatMap((tag) => (tag.trim() === '' ? [] : [tag.trim()]));
}

/** Tags and note where runs are listed. */
export function NoteWords({ tags, note }: { readonly tags: readonly string[]; readonly note: string | null }) {
  return (
    <>
      {tags.map((tag) => (
        <span key={tag} class="badge tag">
          {tag}
        </span>
      ))}
      {note && <small class="note-words">{note}</small>}
    </>
  );
}
