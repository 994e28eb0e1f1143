/** Reads pvm-trace files, version 1: a header, then one event or state line each. What is wrong is said with its line. */
import { z } from 'zod';
import type { TranscriptHeader, TranscriptLine } from '../../spec/transcript.ts';

/** A line that is not what the format says; the message names the line and what was expected there. */
export class MalformedLine extends Error {
  readonly line: number;

  constructor(line: number, problem: string) {
    super(problem);
    this.line = line;
  }
}

export const specialKinds = [
  'mmio',
  'hypervisor carve-out',
  'hypervisor code',
  'hypervisor data',
  'first page after the end of RAM',
  'last page before the start of RAM',
  'beyond the physical address range',
  'last page of the address space',
  'alias',
] as const;

const count = z.int().nonnegative();
/** More pages than this no machine of a transcript has, and no memory of ours holds. */
const mostPages = 1 << 20;
const mostPagesOfStructure = 1 << 10;

const headerShape = z.object({
  format: z.literal('pvm-trace'),
  version: z.literal(1, { error: ({ input }) => `this pvm-spec reads version 1, not ${String(input)}` }),
  target: z.object({ hypervisor: z.string(), release: z.string(), machine: z.string(), mode: z.string() }),
  profile: z.string(),
  pageSize: z.literal(4096),
  pages: z.array(z.string()),
  blocks: z
    .record(z.string(), count)
    .refine((blocks) => Object.values(blocks).reduce((sum, pages) => sum + pages, 0) <= mostPages, {
      error: `expected no more than ${mostPages} pages in all`,
    }),
  specialPages: z.record(
    z.string(),
    z.object({
      kind: z.enum(specialKinds),
      of: z.string().optional(),
      addPfn: z
        .string()
        .regex(/^0x[0-9a-f]{1,16}$/)
        .optional(),
    }),
  ),
  generator: z.string(),
  seed: z.number(),
  notes: z.string(),
  sizes: z.record(z.string(), count.max(mostPagesOfStructure)).optional(),
  features: z.object({ ipaBits: z.int().min(32).max(52), hardwareAccessFlag: z.boolean() }).optional(),
  protBits: z.record(z.string(), count).optional(),
  guestStubGfn: count.optional(),
});

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const eventShape = z
  .object({ i: count, op: z.string(), args: z.record(z.string(), z.union([scalar, z.array(z.number())])) })
  .catchall(z.union([scalar, z.record(z.string(), z.number())]));
const pageState = z.enum(['OWNED', 'SHARED_OWNED', 'SHARED_BORROWED', 'NOPAGE']);
const stateShape = z.strictObject({
  i: count,
  state: z.record(
    z.string(),
    z.strictObject({ host: pageState, hyp: pageState, refcount: count.optional(), guestShares: count.optional() }),
  ),
  otherPagesChanged: count,
});

/** A line of a file; the first is a header, and no other is. */
export const lineShape = z.union([headerShape, stateShape, eventShape]);

function parse<T>(line: number, text: string, what: string, shape: (value: unknown) => z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MalformedLine(line, `expected ${what} as one JSON object, found ${excerpt(text)}`);
  }
  const result = shape(value).safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.map(String).join('.') ?? '';
  throw new MalformedLine(line, `expected ${what}: ${where === '' ? '' : `${where}: `}${issue?.message ?? 'invalid'}`);
}

const excerpt = (text: string): string => {
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return text.trim() === '' ? 'an empty line' : JSON.stringify(short);
};

export function parseHeader(text: string): TranscriptHeader {
  return parse(1, text, 'the header of a pvm-trace', () => headerShape);
}

export function parseLine(line: number, text: string): TranscriptLine {
  const isState = (value: unknown): boolean => typeof value === 'object' && value !== null && 'state' in value;
  const raw = parse<z.infer<typeof eventShape> | z.infer<typeof stateShape>>(
    line,
    text,
    'an event or a state line',
    (value) => (isState(value) ? stateShape : eventShape),
  );
  if (!('op' in raw)) return raw;
  const { i, op, args, ...answer } = raw;
  return { i, op, args, answer: answer };
}
