/** Fields of a training that are changed, and the columns that databases keep them in. */
export const TRAINING_COLUMNS = {
  status: 'status',
  stage: 'stage',
  done: 'done',
  failed: 'failed',
  endedAt: 'ended_at',
  holderId: 'holder',
  beatAt: 'beat_at',
  message: 'message',
  resumes: 'resumes',
};
