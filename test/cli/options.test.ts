import { describe, expect, it } from 'vitest';
import { keptName, readOptions } from '../../src/cli/options.ts';
import type { Option } from '../../src/contract/options/option.ts';
import { BACKTEST, FORECAST, GUARDRAIL_OPTIONS, RECOMMEND } from '../../src/contract/options/price.ts';
import { COLD_START, TRAIN } from '../../src/contract/options/train.ts';

const FIGURES = [TRAIN, COLD_START, RECOMMEND, FORECAST, BACKTEST, GUARDRAIL_OPTIONS].flatMap((options) =>
  Object.values<Option>(options).filter(({ kind }) => ['whole', 'amount', 'share'].includes(kind)),
);

describe('options that take a figure', () => {
  const read = (option: Option, typed: string) => readOptions({ option }, { [keptName(option.flag)]: typed }).option;

  it('take digits, and decimals where they may have them', () => {
    for (const option of FIGURES) {
      if (option.kind === 'whole') expect(read(option, String(option.least)), option.flag).toBe(option.least);
      else for (const typed of ['0.5', '0,5']) expect(read(option, typed), option.flag).toBe(0.5);
    }
  });

  it('refuse every other text that JavaScript reads as a number, and say what was typed', () => {
    for (const option of FIGURES) {
      const code = { whole: 'OPTION_WHOLE', amount: 'OPTION_POSITIVE', share: 'OPTION_SHARE' }[
        option.kind as 'whole' | 'amount' | 'share'
      ];
      for (const value of ['', ' 5', '+5', '0x10', '0b1', '1e3', '1e-3', '٣'])
        expect(() => read(option, value), `${option.flag} "${value}"`).toThrow(
          expect.objectContaining({ code, parameters: expect.objectContaining({ option: option.flag, value }) }),
        );
    }
  });
});
