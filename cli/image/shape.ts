/** What `image verify --json` writes of an image, as a shape. */
import { z } from 'zod';
import type { FileFormat } from '../../search/counterexamples/format.ts';
import { count } from '../schemas/parts.ts';

const verdict = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('accepted') }),
  z.strictObject({ kind: z.literal('refused'), clause: z.string(), reason: z.string(), at: count.optional() }),
]);

const shape = z.strictObject({
  file: z.string(),
  format: z.string(),
  verdict,
  parts: z.array(z.strictObject({ at: count, size: count, part: z.string(), value: z.string() })).readonly(),
  free: z
    .array(z.strictObject({ from: count, to: count, why: z.string() }))
    .readonly()
    .describe('Bytes that no check covers'),
});

export const imageReport: FileFormat<z.infer<typeof shape>> = {
  name: 'image-report',
  what: 'the verdict on an image',
  version: 1,
  shape,
};
