import { describe, expect, it } from 'vitest';
import { analyzeConvergence } from '../../../src/core/training/convergence.ts';
import { HistoryRecorder } from '../../../src/core/training/history.ts';

function analysisOf(errors: readonly number[]): ReturnType<typeof analyzeConvergence> {
  const recorder = new HistoryRecorder('cross-validated', ['error']);
  errors.forEach((error, i) => {
    recorder.add((i + 1) * 100, { error });
  });
  return analyzeConvergence(recorder.history());
}

describe('the plateau of an error history', () => {
  it('begins where no later error lies above the last one by a hundredth of the improvement', () => {
    // From 0.5 to 0.3: a hundredth of the improvement is 0.002.
    expect(analysisOf([0.5, 0.4, 0.303, 0.301, 0.3, 0.3, 0.3, 0.3]).plateauSince).toBe(400);
  });
  it('does not move when the error dips below where it ends: stopping there would have lost nothing', () => {
    const { plateauSince, advice } = analysisOf([0.5, 0.4, 0.301, 0.28, 0.3, 0.27, 0.3, 0.3]);
    expect(plateauSince).toBe(300);
    expect(advice).toEqual({ code: 'ENOUGH', iterations: 300 });
  });
  it('does move when the error rises above it in between', () => {
    expect(analysisOf([0.5, 0.4, 0.3, 0.31, 0.3, 0.3, 0.3, 0.3]).plateauSince).toBe(500);
  });
  it('and the advice to stop comes before it where the error had arrived for an octave and rose only later', () => {
    // Arrived at the third evaluation, above the band for one evaluation at the eightieth.
    const errors = [0.5, 0.4, ...Array<number>(77).fill(0.3), 0.31, ...Array<number>(120).fill(0.3)];
    const { plateauSince, advice } = analysisOf(errors);
    expect(plateauSince).toBe(8_100);
    expect(advice).toEqual({ code: 'ENOUGH', iterations: 300 });
    // A dip of 63 evaluations is not enough.
    expect(
      analysisOf([0.5, 0.4, ...Array<number>(63).fill(0.3), 0.31, ...Array<number>(100).fill(0.3)]).advice.iterations,
    ).toBe(6_700);
  });
  it('is where the error stopped rising, when it rose', () => {
    expect(analysisOf([0.3, 0.4, 0.499, 0.5, 0.5, 0.5]).plateauSince).toBe(300);
  });
  it('is not reached while the second half still falls by more than that', () => {
    expect(analysisOf([0.5, 0.45, 0.4, 0.38, 0.35, 0.34, 0.32, 0.3]).advice).toEqual({
      code: 'KEEP_TRAINING',
      iterations: 1_600,
    });
  });
  it('is reached where the error is all but 0: a fall that no figure shows is worth no iteration', () => {
    const errors = [0.002, 0.0005, 0.0002, 0.00013, 0.00011, 0.00009, 0.00007, 0.00005];
    expect(analysisOf(errors).advice.code).toBe('ENOUGH');
    // A hundred times that still falls.
    expect(analysisOf(errors.map((error) => error * 100)).advice.code).toBe('KEEP_TRAINING');
  });
});
