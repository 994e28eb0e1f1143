/**
 * The check of a clause that a verifier asks about evidence or about an image: faults against it are planted in the
 * verifier, and it is left out where something is forged. Each must show.
 */
import { evidenceFaults } from '../../mutants/evidence/all.ts';
import { detectEvidenceFault, EvidencePool } from '../../mutants/evidence/fault.ts';
import type { NamedFault } from '../../mutants/fault.ts';
import { imageFaults } from '../../mutants/images/all.ts';
import { detectImageFault, formatVerdict } from '../../mutants/images/fault.ts';
import { appraise, without } from '../../properties/evidence/appraise.ts';
import { decisionOf, formatDecision } from '../../properties/evidence/decision.ts';
import { formatNamed } from '../../properties/images/formats.ts';
import { forgeries } from '../../search/evidence/forgeries/all.ts';
import type { Forgery } from '../../search/evidence/forgeries/forgery.ts';
import { keyForgeries, keyPolicy } from '../../search/evidence/forgeries/keys-attested.ts';
import type { KeyForgery } from '../../search/evidence/forgeries/keys-attested.ts';
import type { FlowForgery } from '../../search/evidence/forgeries/flows.ts';
import { flowForgeries } from '../../search/evidence/forgeries/flows.ts';
import { imageForgeries } from '../../search/images/all.ts';
import type { Forgery as ImageForgery } from '../../search/images/forgery.ts';
import { readKeyCertificate } from '../../model/evidence/key-certificate.ts';
import { appraiseKey } from '../../spec/evidence/key.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { plantTasks } from './planted.ts';
import type { Shown } from './planted.ts';
import type { VerifyOptions } from './result.ts';
import type { Task } from './task.ts';

/** Pieces of evidence after which a fault is given up. */
const most = 10_000;

type Plant = () => Shown | Promise<Shown>;

/** The faults of verifiers that break this clause, and the forgeries that its check denies. */
export function plantsFor({ clause, profile, seed }: VerifyOptions): readonly Plant[] {
  if (profile !== undefined) return [];
  const pool = new EvidencePool(seed);
  const breaks = ({ clauses }: NamedFault): boolean => clauses.some((one) => one === clause);
  const isAbout = (forgery: { readonly clause: string }): boolean => forgery.clause === clause;
  return [
    ...evidenceFaults.filter(breaks).map((fault): Plant => async () => {
      const detected = await detectEvidenceFault(fault, pool, most);
      return planted(fault, 'evidence', detected?.draws, detected?.counterexample.made.join('; '));
    }),
    ...imageFaults.filter(breaks).map((fault): Plant => async () => {
      const detected = await detectImageFault(fault, seed, most);
      return planted(fault, 'image', detected?.draws, detected?.counterexample.made);
    }),
    ...forgeries.filter(isAbout).map((forgery) => () => leaveOut(forgery)),
    ...keyForgeries.filter(isAbout).map((forgery) => () => leaveOutOfKeys(forgery)),
    ...flowForgeries.filter(isAbout).map((forgery) => () => leaveOutOfFlows(forgery)),
    ...imageForgeries.filter(isAbout).map((forgery) => () => leaveOutOfImages(forgery)),
  ];
}

export const checkTasks = (options: VerifyOptions): readonly Task[] =>
  plantTasks('verifiers', 'check', plantsFor(options), options);

const planted = ({ title }: NamedFault, what: string, draws: number | undefined, made = ''): Shown =>
  draws === undefined
    ? { shows: false, line: `no ${what} shows that ${title}`, runs: most }
    : { shows: true, line: `${title}: ${made}`, runs: draws };

/** Forged evidence has to be denied by the clause, and without its check to be believed, or denied by another. */
export function leaveOut({ clause, description, options, make }: Forgery): Shown {
  const [bytes, asked] = [make('a device'), { ...defaultOptions, ...options }];
  const denied = decisionOf(appraise(bytes, asked));
  const left = decisionOf(appraise(bytes, asked, without(clause)));
  const shows = denied.clause === clause && left.clause !== clause;
  const then = left.verdict === 'denied' ? `denied by ${left.clause ?? ''} instead` : 'believed';
  return leftOut(shows, `evidence of which ${description}`, then, [denied, left].map(formatDecision));
}

/** The same for a key attestation. */
function leaveOutOfKeys({ clause, description, policy, path }: KeyForgery): Shown {
  const [facts, asked] = [readKeyCertificate(path()), { ...keyPolicy, ...policy }];
  const decide: FlowForgery['decide'] = (unasked) => appraiseKey(facts, asked, unasked);
  return leaveOutOfFlows({ clause, description, decide }, 'a key attestation');
}

/** The same for whatever is decided by a verdict. */
export function leaveOutOfFlows({ clause, description, decide }: FlowForgery, what = 'evidence'): Shown {
  const [denied, left] = [decide(), decide(new Set([clause]))].map((verdict) =>
    verdict.kind === 'denied' ? verdict.clause : 'believed',
  );
  const then = left === 'believed' ? left : `denied by ${left ?? ''} instead`;
  const shows = denied === clause && left !== clause;
  return leftOut(shows, `${what} of which ${description}`, then, [denied ?? '', left ?? '']);
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
