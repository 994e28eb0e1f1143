/** Shards of a run of `verify`: what is written, and the run that they make up. */
import { z } from 'zod';
import { VerbosityLevel } from 'fast-check';
import { clauses } from '../../spec/clauses.generated.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { ShardFile } from '../shards/file.ts';
import { readAs } from '../shards/made.ts';
import { fail } from '../output.ts';
import { conclude } from './conclude.ts';
import { add, nothing } from './part.ts';
import type { Part } from './part.ts';
import type { VerifyOptions, VerifyResult, Watcher } from './result.ts';
import { tasksFor } from './run.ts';

const count = z.number().nonnegative();
const strings = z.array(z.string());
/** Parts of the names of files that are written. */
const name = z.string().regex(/^[\w.-]+$/);
const call = z.strictObject({ call: z.string(), cpu: z.number(), args: z.record(z.string(), z.string()) });
const calls = z.array(call);

const row = z.strictObject({
  clause: z.string(),
  kinds: strings,
  runs: count,
  calls: count,
  subjects: count,
  without: z.enum(['not reached', 'not applicable']),
  sought: strings.optional(),
  seen: strings.optional(),
});

const violation = z.strictObject({
  profile: name,
  scope: z.string(),
  property: z.strictObject({ clause: name, statement: z.string() }),
  minimized: z.strictObject({ calls, foundAt: count, path: z.string() }),
  check: z.string(),
  again: z.string(),
  run: count.optional(),
  depth: count.optional(),
  report: z.string().optional(),
});

const report = z.strictObject({
  clause: z.string(),
  loss: z.string().optional(),
  run: count.optional(),
  lines: strings,
  counterexample: z.looseObject({ name, calls }).optional(),
  again: z.string().optional(),
});

const transcript = z.looseObject({
  file: z.string(),
  events: count,
  states: count,
  differences: z.array(z.looseObject({ line: count })),
});

const part = z.strictObject({
  runs: count,
  calls: count,
  states: count.optional(),
  done: count.optional(),
  of: count.optional(),
  rows: z.array(row),
  coverage: z.array(z.array(count)).optional(),
  violations: z.array(violation),
  machineViolations: z.array(report),
  transcripts: z.array(transcript),
  shown: strings,
  cut: z.boolean(),
});

const asked = z.strictObject({
  seed: count,
  runs: count.nullable(),
  seconds: count.optional(),
  profile: z.enum([...profiles.keys()]).optional(),
  clause: z.enum(Object.keys(clauses)).optional(),
  check: z.string().optional(),
  path: z.string().optional(),
  verbose: z.enum(VerbosityLevel),
});

/** What is asked for as it is written: JSON has no number without end. */
export const writtenOptions = (options: VerifyOptions): object => ({
  ...options,
  runs: options.runs === Infinity ? null : options.runs,
});

/** Times are left out: the same shard is the same wherever it is made. */
export function writtenParts(parts: ReadonlyMap<string, Part>): object {
  const untimed = ([name, { violations = [], machineViolations = [], ...rest }]: readonly [string, Part]) =>
    [
      name,
      {
        ...rest,
        violations: violations.map((one) => ({ ...one, seconds: undefined })),
        machineViolations: machineViolations.map((one) => ({ ...one, seconds: undefined })),
      },
    ] as const;
  return Object.fromEntries([...parts].sort(([one], [other]) => (one < other ? -1 : 1)).map(untimed));
}

/** What all shards together come to. */
export async function mergeVerify(
  shards: readonly [ShardFile, ...ShardFile[]],
  watcher: Pick<Watcher, 'stopped'>,
): Promise<VerifyResult> {
  const read = readAs('what was asked for', asked, shards[0].asked);
  const none = { seconds: undefined, profile: undefined, clause: undefined, check: undefined, path: undefined };
  const options: VerifyOptions = {
    ...none,
    ...read,
    runs: read.runs ?? Infinity,
  };
  const tasks = tasksFor(options);
  const names = new Set(tasks.map(({ name }) => name));
  const parts = new Map<string, Part>();
  for (const { made, share } of shards) {
    const own = readAs(`what shard ${share.index} has made`, z.record(z.string(), part), made);
    for (const [name, one] of Object.entries(own)) {
      if (!names.has(name)) fail(`shard ${share.index}: there is no task ${name} in this run`);
      parts.set(name, add(parts.get(name) ?? nothing, one as unknown as Part));
    }
  }
  return conclude(options, tasks, { parts, times: new Map() }, watcher);
}
