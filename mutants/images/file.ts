/** Images on which a verifier with a fault decides wrongly, as files: read strictly and written plainly. */
import { z } from 'zod';
import { companions } from '../../model/images/reader.ts';
import { parseFile } from '../../search/counterexamples/format.ts';
import type { FileFormat } from '../../search/counterexamples/format.ts';

const [decimal, hexadecimal] = [/^[0-9]+$/, /^(?:[0-9a-f]{2})+$/];
const digits = z.array(z.string().regex(hexadecimal)).readonly();

const shape = z.strictObject({
  name: z.string().describe('`<fault>.<what goes wrong>`; also the name of the file'),
  fault: z.string(),
  format: z.string(),
  breaks: z.string(),
  decided: z.string().describe('What is decided with the fault'),
  specified: z.string().describe('What is specified'),
  made: z.string().describe('How the image is made'),
  keys: digits.optional(),
  stored: z.record(z.string().regex(decimal), z.string().regex(decimal)).optional(),
  root: z.string().regex(hexadecimal).optional(),
  sdk: z.number().optional(),
  image: digits
    .unwrap()
    .min(1)
    .readonly()
    .describe('The bytes in hexadecimal digits, in lines; what comes with them likewise'),
  beside: z.partialRecord(z.enum(companions), digits).optional(),
  story: z.string(),
});

export type ImageCounterexample = z.infer<typeof shape>;

export const imageFormat: FileFormat<ImageCounterexample> = { name: 'image', what: 'image', version: 1, shape };

/** Whether a text means to be such a file. */
export const isAboutImage = (text: string): boolean => /^\s*"image": \[/m.test(text);

/** The counterexample in a text, or what is wrong with it in one line. */
export const parseImage = (text: string): ImageCounterexample | string => parseFile(imageFormat, text);
