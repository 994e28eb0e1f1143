/**
 * The Informal Trace Format, as Apalache and Quint read and write it: a state is a value for each variable
 * (https://apalache-mc.org/docs/adr/015adr-trace.html). Read strictly: a number that may not be exact is none.
 */
import { z } from 'zod';

export type ItfValue =
  | boolean
  | string
  | number
  | { readonly '#bigint': string }
  | { readonly '#tup': readonly ItfValue[] }
  | { readonly '#map': readonly (readonly [ItfValue, ItfValue])[] }
  | { readonly [field: string]: ItfValue };

const value: z.ZodType<ItfValue> = z.lazy(() =>
  z.union([
    z.boolean(),
    z.string(),
    z.int(),
    z.strictObject({ '#bigint': z.string().regex(/^-?\d+$/) }),
    z.strictObject({ '#tup': z.array(value) }),
    z.strictObject({ '#map': z.array(z.tuple([value, value])) }),
    z.record(z.string().regex(/^[^#]/), value),
  ]),
);

/** One alternative of several, by its tag. */
const variant = z.strictObject({ tag: z.string(), value });

export const actionTaken = 'mbt::actionTaken';
export const nondetPicks = 'mbt::nondetPicks';

const state = z
  .object({
    '#meta': z.looseObject({ index: z.int().nonnegative() }),
    [actionTaken]: z.string(),
    [nondetPicks]: z.record(z.string(), variant),
  })
  .catchall(value);

/** A trace of which every state says which action led to it, and with which choices. */
export const itfShape = z
  .strictObject({
    '#meta': z.looseObject({ format: z.literal('ITF'), description: z.string() }),
    vars: z.array(z.string()),
    states: z.array(state).min(1),
  })
  .refine(
    ({ vars, states }) =>
      states.every((one, index) => {
        const { '#meta': meta, ...values } = one;
        return meta.index === index && Object.keys(values).sort().join() === [...vars].sort().join();
      }),
    'expected a value for each variable in each state, and the states in order',
  );

export type ItfTrace = z.infer<typeof itfShape>;
export type ItfState = z.infer<typeof state>;

export const tagged = (tag: string, of: ItfValue = { '#tup': [] }): z.infer<typeof variant> => ({ tag, value: of });

/** A number as JSON has it where that is exact. */
export const itfNumber = (number: number): ItfValue =>
  Number.isSafeInteger(number) ? number : { '#bigint': BigInt(number).toString() };
