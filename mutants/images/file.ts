/** Images on which a verifier with a fault decides wrongly, as files: read strictly and written plainly. */
import { z } from 'zod';
import { companions } from '../../model/images/reader.ts';
import { parseAs } from '../../search/counterexamples/file.ts';
import type { ImageCounterexample } from './fault.ts';

const [decimal, hexadecimal] = [/^[0-9]+$/, /^(?:[0-9a-f]{2})+$/];
const digits = z.array(z.string().regex(hexadecimal));

const shape = z.strictObject({
  /** `<fault>.<what goes wrong>`; also the name of the file. */
  name: z.string(),
  fault: z.string(),
  format: z.string(),
  breaks: z.string(),
  decided: z.string(),
  specified: z.string(),
  made: z.string(),
  keys: digits.optional(),
  stored: z.record(z.string().regex(decimal), z.string().regex(decimal)).optional(),
  root: z.string().regex(hexadecimal).optional(),
  sdk: z.number().optional(),
  image: digits.min(1),
  beside: z.partialRecord(z.enum(companions), digits).optional(),
  story: z.string(),
});

/** Whether a text means to be such a file. */
export const isAboutImage = (text: string): boolean => /^\s*"image": \[/m.test(text);

/** The counterexample in a text, or what is wrong with it in one line. */
export const parseImage = (text: string): ImageCounterexample | string => parseAs('image', shape, text);
