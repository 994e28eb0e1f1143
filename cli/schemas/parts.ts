/** What several reports have, as shapes. */
import { z } from 'zod';

export const count = z.int().nonnegative();
export const strings = z.array(z.string()).readonly();

export const target = z.strictObject({
  hypervisor: z.string(),
  release: z.string(),
  machine: z.string(),
  mode: z.string(),
});

export const difference = z.strictObject({
  what: z.string(),
  expected: z.string(),
  got: z.string(),
  clause: z.string().optional(),
});

/** A call in the words of a reader. */
export const writtenCall = z.strictObject({
  call: z.string(),
  cpu: count,
  args: z.record(z.string(), z.string()).readonly(),
});

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** A call as a target is asked it, and what it has answered. */
export const question = z.strictObject({
  op: z.string(),
  args: z.record(z.string(), z.union([scalar, z.array(z.number()).readonly()])).readonly(),
});
export const answer = z.record(z.string(), z.union([scalar, z.record(z.string(), z.number()).readonly()])).readonly();

/** How often a call was done, and refused by each guard; and by which, while which other failed too. */
export const callCoverage = z.strictObject({
  call: z.string(),
  done: count,
  refused: z.array(z.strictObject({ clause: z.string(), count, redundant: z.boolean() })).readonly(),
  pairs: z.array(z.strictObject({ first: z.string(), other: z.string(), count })).readonly(),
});

/** What pages were, and what they were used as then. */
export const reusesSeen = z.strictObject({ seen: strings, unseen: strings });

export const pairsSeen = z.strictObject({ profile: z.string(), seen: strings, unseen: strings });
