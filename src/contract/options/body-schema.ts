/** Schemas of the API's bodies, from the options that they carry. */

import { z } from 'zod';
import { typedShare, typedWord } from '../typed-number.ts';
import { LARGEST_AMOUNT, type Option, type Options, type ValueOf } from './option.ts';

/** What the API takes as an option's value. */
export function schemaOf<O extends Option>(option: O): z.ZodType<ValueOf<O>> {
  const schema = givenSchema(option);
  return (option.orOff ? schema.nullable() : schema) as unknown as z.ZodType<ValueOf<O>>;
}

function givenSchema(option: Option): z.ZodType {
  switch (option.kind) {
    case 'whole':
      return z.int().min(option.least).max(option.most);
    case 'amount':
      return option.taken === '<share>'
        ? asShare(z.number().positive().lt(LARGEST_AMOUNT))
        : z.number().positive().lt(LARGEST_AMOUNT);
    case 'quantity':
      return z.number().min(0).lt(LARGEST_AMOUNT);
    case 'shares':
      return z
        .array(asShare(z.number().min(0).lt(1)))
        .min(1)
        .max(option.mostItems);
    case 'share':
      return asShare(z.number().min(0).lt(1));
    case 'one of':
      return z.preprocess(
        (given) => (typeof given === 'string' ? typedWord(given, option.of) : given),
        z.enum(option.of),
      );
    case 'text':
      return z.string().min(option.least).max(option.most);
    case 'texts':
      return z.array(z.string().min(1).max(option.most)).max(option.mostItems);
    case 'pairs':
      return z.record(z.string().min(1).max(option.mostName), z.string().max(option.most));
    case 'periods':
      return z.union([z.int().min(1).max(option.mostDays), z.string().regex(/^\d{1,5}[dwsm]?$/)]);
    case 'switch':
      return z.boolean();
  }
}

/** A share may be written as people write it: `"15 %"`, `"0,15"`. */
function asShare(schema: z.ZodType<number>): z.ZodType {
  return z.preprocess((given) => (typeof given === 'string' ? typedShare(given) : given), schema);
}

type Fields<O extends Options> = { [K in keyof O]: z.ZodType<ValueOf<O[K]>> };

/** Fields of an API's document, all of which are there. */
export function documentFields<O extends Options>(options: O): Fields<O> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, schemaOf(option)]),
  ) as unknown as Fields<O>;
}

/** Fields of an address, each of which may be left out: numbers come as text, lists with commas between. */
export function queryFields<O extends Options>(options: O): BodyFields<O> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      z.preprocess((given) => fromAddress(option, given), schemaOf(option)).exactOptional(),
    ]),
  ) as unknown as BodyFields<O>;
}

function fromAddress({ kind }: Option, given: unknown): unknown {
  if (typeof given !== 'string') return given;
  if (kind === 'shares') return given.split(',');
  return kind === 'whole' || kind === 'amount' || kind === 'quantity' ? Number(given) : given;
}

type BodyFields<O extends Options> = { [K in keyof O]: z.ZodExactOptional<z.ZodType<ValueOf<O[K]>>> };

/** Fields of an API's body, each of which may be left out. */
export function bodyFields<O extends Options>(options: O): BodyFields<O> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, schemaOf(option).exactOptional()]),
  ) as unknown as BodyFields<O>;
}
