/**
 * The chapter of `verify` that judges evidence and derivations: chains and requests, sound and forged, under every law.
 */
import fc from 'fast-check';
import { evidenceLaws } from '../../search/evidence/laws.ts';
import type { EvidenceLaw } from '../../properties/evidence/law.ts';
import { seedFor } from '../../search/engine/seeds.ts';
import { OwnRuns } from '../../search/engine/share.ts';
import type { Share } from '../../search/engine/share.ts';
import type { Part, Row } from './part.ts';
import { againAt, defaultRuns, isChosen } from './result.ts';
import type { VerifyOptions } from './result.ts';
import { runsIn } from './task.ts';
import type { Doing, Task } from './task.ts';

/** In a whole run each law is tried half as often as in the tests. */
const runsForOne = 1 / 2;

interface EvidenceCheck {
  /** `evidence/` and the clause, with a number where it has several laws. */
  readonly name: string;
  readonly law: EvidenceLaw;
}

export const evidenceChecks = (): readonly EvidenceCheck[] =>
  evidenceLaws.map((law, i) => {
    const before = evidenceLaws.slice(0, i).filter(({ clause }) => clause === law.clause).length;
    return { name: `evidence/${law.clause}${before === 0 ? '' : `.${before + 1}`}`, law };
  });

const chapter = 'evidence';
/** What laws of evidence are about, in words. */
export const aboutEvidence = ['chains', 'requests', 'handovers', 'derivations', 'key attestations', 'kernel logs'];

export function evidenceTasks(options: VerifyOptions): readonly Task[] {
  const chosen = evidenceChecks().filter(
    ({ name, law }) => isChosen(name, options) && (options.clause ?? law.clause) === law.clause,
  );
  return chosen.map((one) => ({
    name: one.name,
    chapter,
    group: one.name,
    perform: (doing) => verifyLaw(one, options, { ...doing, seconds: doing.seconds && doing.seconds / chosen.length }),
  }));
}

export async function verifyLaw(
  { name, law }: EvidenceCheck,
  options: VerifyOptions,
  { share, seconds, stopped }: Pick<Doing, 'share' | 'seconds' | 'stopped'>,
): Promise<Part> {
  const begun = performance.now();
  const { clause, kind, property } = law;
  const all = Math.min(0x7fffffff, Math.max(1, Math.ceil(((law.runs * options.runs) / defaultRuns) * runsForOne)));
  const asked = { seed: seedFor(options.seed, name), verbose: options.verbose };
  const { path } = options;
  const { runs, broken } =
    path === undefined && !stopped()
      ? runsInTime(law, { ...asked, numRuns: all }, share, seconds && 1000 * seconds)
      : { runs: path === undefined ? 0 : 1, broken: undefined };
  const from = path ?? (broken === undefined ? undefined : String(broken));
  const found = from === undefined ? undefined : fc.check(property, { ...asked, path: from, numRuns: 1 });
  const row: Row = { clause, kinds: [kind], runs, calls: runs, subjects: runs, without: 'not reached' };
  const part = { runs, calls: runs, rows: [row], cut: path === undefined && !stopped() && runs < runsIn(share, all) };
  if (found?.failed !== true) return part;
  const again = againAt(name, options, found.counterexamplePath ?? '0');
  const told = { clause, lines: formatViolation(law, found), again, seconds: (performance.now() - begun) / 1000 };
  return { ...part, machineViolations: [{ ...told, ...(broken !== undefined && { run: broken }) }] };
}

/** As often as there is time for, but once at the least: the first draw may take longer than a law has. */
function runsInTime(
  { property }: EvidenceLaw,
  asked: fc.Parameters<unknown[]> & { readonly numRuns: number },
  share: Share,
  milliseconds: number | undefined,
): { readonly runs: number; readonly broken: number | undefined } {
  const until = milliseconds === undefined ? Infinity : performance.now() + milliseconds;
  const own = new OwnRuns(share);
  let runs = 0;
  let broken: number | undefined;
  const run = (value: unknown[]): fc.PreconditionFailure | null => {
    if (runs > 0 && performance.now() >= until) return new fc.PreconditionFailure(true);
    runs++;
    const failure = property.run(value);
    if (failure !== null && !fc.PreconditionFailure.isFailure(failure)) broken ??= own.at;
    return null;
  };
  fc.check(own.of(property, run), asked);
  return { runs, broken };
}

function formatViolation(
  { clause, statement }: EvidenceLaw,
  { counterexample, numShrinks, seed }: fc.RunDetails<unknown[]>,
): string[] {
  const shrunk = (counterexample ?? []).map((value) => `    ${fc.stringify(value)}`);
  return [`${clause} ${statement}`, `  not so, after ${numShrinks} shrinks of seed ${seed}, for:`, ...shrunk];
}
