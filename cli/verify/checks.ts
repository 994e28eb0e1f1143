/**
 * The check of a clause that a verifier asks about evidence or about an image: faults against it are planted in the
 * verifier, and it is left out where something is forged. Each must show.
 */
import { evidenceFaults } from '../../mutants/evidence/all.ts';
import { detectEvidenceFault, EvidencePool } from '../../mutants/evidence/fault.ts';
import type { EvidenceFault } from '../../mutants/evidence/fault.ts';
import { imageFaults } from '../../mutants/images/all.ts';
import { detectImageFault, formatVerdict } from '../../mutants/images/fault.ts';
import type { ImageFault } from '../../mutants/images/fault.ts';
import { appraise, without } from '../../properties/evidence/appraise.ts';
import { decisionOf, formatDecision } from '../../properties/evidence/decision.ts';
import { formatNamed } from '../../properties/images/formats.ts';
import { forgeries } from '../../search/evidence/forgeries/all.ts';
import type { Forgery } from '../../search/evidence/forgeries/forgery.ts';
import { imageForgeries } from '../../search/images/all.ts';
import type { Forgery as ImageForgery } from '../../search/images/forgery.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import type { NamedFault } from '../../mutants/fault.ts';
import { verifyPlanted } from './planted.ts';
import type { Shown } from './planted.ts';
import type { ChapterResult, VerifyOptions, Watcher } from './result.ts';

/** Pieces of evidence after which a fault is given up. */
const most = 10_000;

type Plant =
  | { readonly fault: EvidenceFault }
  | { readonly forgery: Forgery }
  | { readonly imageFault: ImageFault }
  | { readonly imageForgery: ImageForgery };

/** The faults of verifiers that break this clause, and the forgeries that its check denies. */
export function plantsFor({ clause, profile }: VerifyOptions): readonly Plant[] {
  if (profile !== undefined) return [];
  const breaks = ({ clauses }: NamedFault): boolean => clauses.some((one) => one === clause);
  return [
    ...evidenceFaults.filter(breaks).map((fault) => ({ fault })),
    ...forgeries.filter((forgery) => forgery.clause === clause).map((forgery) => ({ forgery })),
    ...imageFaults.filter(breaks).map((imageFault) => ({ imageFault })),
    ...imageForgeries.filter((forgery) => forgery.clause === clause).map((imageForgery) => ({ imageForgery })),
  ];
}

export function verifyChecks(
  options: VerifyOptions,
  _seconds: number | undefined,
  watcher: Watcher,
): Promise<ChapterResult> {
  const pool = new EvidencePool(options.seed);
  const attempt = async (plant: Plant): Promise<Shown> => {
    if ('fault' in plant) return plantFault(plant.fault, pool);
    if ('imageFault' in plant) return plantInImages(plant.imageFault, options.seed);
    return 'forgery' in plant ? leaveOut(plant.forgery) : leaveOutOfImages(plant.imageForgery);
  };
  return verifyPlanted('verifiers', 'check', plantsFor(options), attempt, options, watcher);
}

async function plantFault(fault: EvidenceFault, pool: EvidencePool): Promise<Shown> {
  const detected = await detectEvidenceFault(fault, pool, most);
  if (detected === undefined) return { shows: false, line: `no evidence shows that ${fault.title}`, runs: most };
  const { draws, counterexample } = detected;
  return { shows: true, line: `${fault.title}: ${counterexample.made.join('; ')}`, runs: draws };
}

/** Forged evidence has to be denied by the clause, and without its check to be believed, or denied by another. */
export function leaveOut({ clause, description, options, make }: Forgery): Shown {
  const [bytes, asked] = [make('a device'), { ...defaultOptions, ...options }];
  const denied = decisionOf(appraise(bytes, asked));
  const left = decisionOf(appraise(bytes, asked, without(clause)));
  const shows = denied.clause === clause && left.clause !== clause;
  const then = left.verdict === 'denied' ? `denied by ${left.clause ?? ''} instead` : 'believed';
  return leftOut(shows, `evidence of which ${description}`, then, [denied, left].map(formatDecision));
}

async function plantInImages(fault: ImageFault, seed: number): Promise<Shown> {
  const detected = await detectImageFault(fault, seed, most);
  if (detected === undefined) return { shows: false, line: `no image shows that ${fault.title}`, runs: most };
  const { draws, counterexample } = detected;
  return { shows: true, line: `${fault.title}: ${counterexample.made}`, runs: draws };
}

/** The same for an image, which has to be refused by the clause. */
function leaveOutOfImages({ clause, description, format, options, make }: ImageForgery): Shown {
  const { judge } = formatNamed(format);
  const [refused, left] = [judge(make(0), options), judge(make(0), options, new Set([clause]))];
  const isBy = (verdict: typeof left): boolean => verdict.kind === 'refused' && verdict.clause === clause;
  const then = left.kind === 'refused' ? `refused by ${left.clause} instead` : 'accepted';
  const what = `an image of the format ${format} of which ${description}`;
  return leftOut(isBy(refused) && !isBy(left), what, then, [refused, left].map(formatVerdict));
}

const leftOut = (shows: boolean, what: string, then: string, [asked = '', unasked = '']: readonly string[]): Shown => ({
  shows,
  line: shows
    ? `left out, with ${what}: it is ${then}`
    : `${what} is decided as ${asked}, and without the check as ${unasked}`,
  runs: 1,
});
