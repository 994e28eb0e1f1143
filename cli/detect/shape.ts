/** What `detect --json` writes, as a shape. */
import { z } from 'zod';
import { classes } from '../../model/detection/classify.ts';
import type { FileFormat } from '../../search/counterexamples/format.ts';
import { count } from '../schemas/parts.ts';

const signal = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('initialised'), mode: z.string(), since: z.string().optional() }),
  z.strictObject({ kind: z.literal('not initialised'), why: z.string() }),
  z.strictObject({ kind: z.literal('not finalised') }),
  z.strictObject({ kind: z.literal('no evidence'), says: z.string() }),
  z.strictObject({ kind: z.literal('property'), name: z.string(), value: z.string() }),
]);
const seen = z.strictObject({ line: count, text: z.string(), signal });
const decided = { class: z.enum(classes), decidedBy: seen.optional(), because: z.string() };

const boot = z.strictObject({
  from: count,
  to: count,
  isWhole: z.boolean(),
  kernel: z.string().optional(),
  ...decided,
  since: z.string().optional(),
  seen: z.array(seen).readonly(),
});

const shape = z.strictObject({
  ...decided,
  claimsProtectedVms: z.boolean(),
  boots: z.array(boot).readonly(),
  properties: z.array(seen).readonly(),
});

export const detectReport: FileFormat<z.infer<typeof shape>> = {
  name: 'detect-report',
  what: 'which hypervisor a device runs',
  version: 1,
  shape,
};
