/**
 * What a command takes, said once as plain data: flags and help of the command line, bodies of the API (body-schema.ts),
 * types and checks of the library (check-options.ts) and the bounds of the dashboard's forms come from it. No function
 * and no library here, so that the dashboard's script carries neither.
 */

interface Named<H extends string> {
  /** English flag; its names in other languages are in their catalogues. */
  readonly flag: `--${string}`;
  /** Key of its words in the help. */
  readonly help: H;
}

interface Common<H extends string, U> extends Named<H> {
  /** What it takes on the command line: `<n>`; null of a switch. */
  readonly taken: string | null;
  /** What holds where nothing is given; null for nothing, or for what is found out then. */
  readonly usual: U;
  /** `off` on the command line and null elsewhere take it away. */
  readonly orOff: boolean;
}

/** A whole number within bounds, both included. */
export interface Whole<H extends string, U> extends Common<H, U> {
  readonly kind: 'whole';
  readonly least: number;
  readonly most: number;
}

/** A number above 0 and below {@link LARGEST_AMOUNT}. */
export interface Amount<H extends string, U> extends Common<H, U> {
  readonly kind: 'amount';
}

/** A number from 0 to below {@link LARGEST_AMOUNT}. */
export interface Quantity<H extends string, U> extends Common<H, U> {
  readonly kind: 'quantity';
}

/** A number from 0 to below 1. */
export interface Share<H extends string, U> extends Common<H, U> {
  readonly kind: 'share';
}

/** Numbers from 0 to below 1; on the command line percents with commas between: `10,20,30`. */
export interface Shares<H extends string> extends Common<H, null> {
  readonly kind: 'shares';
  readonly mostItems: number;
}

/** One word of a closed set. */
export interface OneOf<H extends string, U, T extends string> extends Common<H, U> {
  readonly kind: 'one of';
  readonly of: readonly [T, ...T[]];
}

/** A text of so many characters. */
export interface Text<H extends string, U> extends Common<H, U> {
  readonly kind: 'text';
  readonly least: number;
  readonly most: number;
}

/** Texts, each of 1 to `most` characters. */
export interface Texts<H extends string, U> extends Common<H, U> {
  readonly kind: 'texts';
  readonly most: number;
  readonly mostItems: number;
}

/** Names of 1 to `mostName` characters, with a text of at most `most` each. */
export interface Pairs<H extends string, U> extends Common<H, U> {
  readonly kind: 'pairs';
  readonly mostName: number;
  readonly most: number;
}

/** So many days, weeks or months: `14d`, `8w` (`8s`) or `3m`; a number is one of days. */
export interface Periods<H extends string> extends Common<H, null> {
  readonly kind: 'periods';
  readonly mostDays: number;
}

/** Yes or no. */
export interface Switch<H extends string, U> extends Common<H, U> {
  readonly kind: 'switch';
}

export type Option<H extends string = string> =
  | Whole<H, number | null>
  | Amount<H, number | null>
  | Quantity<H, number | null>
  | Share<H, number | null>
  | Shares<H>
  | OneOf<H, string | null, string>
  | Text<H, string | null>
  | Texts<H, null>
  | Pairs<H, null>
  | Periods<H>
  | Switch<H, boolean>;

export type Options<H extends string = string> = Readonly<Record<string, Option<H>>>;

/** Kinds whose values are figures. */
export type NumberKind = 'whole' | 'amount' | 'share';

type GivenValue<O extends Option> = O extends { kind: NumberKind | 'quantity' }
  ? number
  : O extends { kind: 'one of'; of: readonly (infer T)[] }
    ? T
    : O extends { kind: 'periods' }
      ? number | string
      : O extends { kind: 'text' }
        ? string
        : O extends { kind: 'texts' }
          ? readonly string[]
          : O extends { kind: 'shares' }
            ? readonly number[]
            : O extends { kind: 'pairs' }
              ? Readonly<Record<string, string>>
              : boolean;

/** What an option's value is. */
export type ValueOf<O extends Option> = GivenValue<O> | (O['orOff'] extends true ? null : never);

/** Values of options; each may be left out. */
export type OptionsOf<O extends Options> = { readonly [K in keyof O]?: ValueOf<O[K]> };

/** Beyond any price, cost or quantity. */
export const LARGEST_AMOUNT = 1e12;

type Given<H extends string, U> = Named<H> & {
  readonly taken?: string;
  readonly usual?: U;
};

export function whole<const H extends string, const U extends number | null = null>({
  taken = '<n>',
  usual = null as U,
  ...option
}: Given<H, U> & { readonly least: number; readonly most: number }): Whole<H, U> {
  return { kind: 'whole', taken, usual, orOff: false, ...option };
}

export function amount<const H extends string, const U extends number | null = null>({
  taken = '<price>',
  usual = null as U,
  ...option
}: Given<H, U>): Amount<H, U> {
  return { kind: 'amount', taken, usual, orOff: false, ...option };
}

export function quantity<const H extends string, const U extends number | null = null>({
  taken = '<quantity>',
  usual = null as U,
  ...option
}: Given<H, U>): Quantity<H, U> {
  return { kind: 'quantity', taken, usual, orOff: false, ...option };
}

export function share<const H extends string, const U extends number | null = null>({
  taken = '<share>',
  usual = null as U,
  ...option
}: Given<H, U>): Share<H, U> {
  return { kind: 'share', taken, usual, orOff: false, ...option };
}

export function shares<const H extends string>({
  taken = '<percents>',
  mostItems = 24,
  ...option
}: Given<H, null> & { readonly mostItems?: number }): Shares<H> {
  return { kind: 'shares', taken, usual: null, mostItems, orOff: false, ...option };
}

export function oneOf<const H extends string, const T extends string, const U extends T | null = null>({
  usual = null as U,
  ...option
}: Given<H, U> & { readonly taken: string; readonly of: readonly [T, ...T[]] }): OneOf<H, U, T> {
  return { kind: 'one of', usual, orOff: false, ...option };
}

export function text<const H extends string, const U extends string | null = null>({
  taken = '<name>',
  usual = null as U,
  least = 1,
  most = 500,
  ...option
}: Given<H, U> & { readonly least?: number; readonly most?: number }): Text<H, U> {
  return { kind: 'text', taken, usual, least, most, orOff: false, ...option };
}

export function texts<const H extends string>({
  taken = '<names>',
  most = 500,
  mostItems = 100,
  ...option
}: Given<H, null> & { readonly most?: number; readonly mostItems?: number }): Texts<H, null> {
  return { kind: 'texts', taken, usual: null, most, mostItems, orOff: false, ...option };
}

export function pairs<const H extends string>({
  taken = '<pairs>',
  mostName = 500,
  most = 1_000,
  ...option
}: Given<H, null> & { readonly mostName?: number; readonly most?: number }): Pairs<H, null> {
  return { kind: 'pairs', taken, usual: null, mostName, most, orOff: false, ...option };
}

export function periods<const H extends string>(option: Named<H> & { readonly mostDays: number }): Periods<H> {
  return { kind: 'periods', taken: '<14d|8w|3m>', usual: null, orOff: false, ...option };
}

export function onOff<const H extends string>(option: Named<H>): Switch<H, false> {
  return { kind: 'switch', taken: null, usual: false, orOff: false, ...option };
}

/** The same option, which may be taken away. */
export function orOff<O extends Option>(option: O): O & { readonly orOff: true } {
  return { ...option, orOff: true };
}
