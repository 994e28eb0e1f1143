/** Which laws of a profile are proved: as invariants, or as what follows from these. */
import { cids } from '../../properties/android/cids.ts';
import { chapters } from '../../properties/chapters.ts';
import { invariantsOf } from '../../properties/invariant/all.ts';
import { vcpusHaveFeatures } from '../../properties/lifecycle/laws.ts';
import { isLaw } from '../../properties/property.ts';
import type { Always, Each } from '../../properties/property.ts';
import { partsOf } from '../../spec/language/term.ts';
import type { Term } from '../../spec/language/term.ts';
import { isTerm } from '../../properties/running.ts';
import type { Profile } from '../../spec/profile.ts';
import { suitesOf } from '../scopes/suites.ts';
import { systemOf } from '../rules/systems.ts';

/** Chapters of which every law of states is proved, or has a reason why not. */
const inReach = ['memory', 'lifecycle', 'cpu', 'dma', 'android'] as const;

export interface Unproved {
  readonly law: Always | Each;
  readonly why: string;
}

/** Laws by their statements, with the reason why they are not proved: of all profiles, or of one in which they break. */
const reasons: readonly { readonly statement: string; readonly why: string; readonly under?: string }[] = [
  {
    statement: 'a page that holds the secret of a VM is in the hands of that VM alone',
    why: 'it is about the contents of pages',
  },
  ...[
    'no load by a device returns what a VM wrote for itself',
    'no load by the secure world returns what a VM wrote for itself',
  ].map((statement) => ({
    statement,
    why: 'it is about the contents of pages; that nobody else learns them is proved',
  })),
  {
    statement: 'a VM is reserved, then live, then dying, then gone, or gives its handle back before it lives',
    why: 'z3 gives no answer for the calls that end a VM; cvc5 proves it',
  },
  {
    statement: 'while a device has a page mapped, the page stays with the host alone',
    why: 'z3 gives no answer for the call that ends a VM; cvc5 proves it',
  },
  {
    statement: 'no load by the host or by another VM returns what a VM wrote for itself',
    why: 'it is about the contents of pages; that nobody else learns them is proved',
  },
  {
    statement: 'memory that a call took to make a VM or a vCPU, and returns because it is refused, holds zeros',
    why: 'the steps of a refused call are looked at one by one, and it speaks of all together',
  },
  {
    statement: 'each stage-2 page of a VM is its root, a table in use, spare in the VM, or in the cache of a vCPU',
    why: 'how many entries a page table has is not among the invariants',
  },
  { statement: vcpusHaveFeatures.statement, under: 'linux-6.12', why: 'it breaks: the call does not check it' },
];

/** Why a law of a profile is not proved, if there is a reason. */
const whyNot = (statement: string, profile: string): string | undefined =>
  reasons.find((one) => one.statement === statement && (one.under ?? profile) === profile)?.why;

const searches = (term: Term): boolean =>
  term.kind === 'first' || (term.kind === 'applied' && searches(term.definition.means)) || partsOf(term).some(searches);

export interface Laws {
  readonly invariants: readonly Always[];
  readonly consequences: readonly Always[];
  /** Laws of steps. */
  readonly steps: readonly Each[];
  readonly unproved: readonly Unproved[];
}

export function lawsOf(profile: Profile): Laws {
  const [suite] = suitesOf(profile.name);
  if (suite === undefined) throw new Error(`unreachable: ${profile.name} is drawn nowhere`);
  const system = systemOf(profile, suite.scope.config);
  const invariants = invariantsOf(profile);
  // An allocator of CIDs has no pages.
  const laws = (
    profile.rules.has('allocate_cid') ? cids(system) : inReach.flatMap((chapter) => chapters[chapter](system))
  ).filter((law): law is Always | Each => isLaw(law) && isTerm(law));
  const others = laws.filter((law) => law.kind === 'each' || !invariants.includes(law));
  const unproved = others.flatMap((law) => {
    const why = searches(law.holds) ? 'it searches a range' : whyNot(law.statement, profile.name);
    return why === undefined ? [] : [{ law, why }];
  });
  const proved = others.filter((law) => !unproved.some((one) => one.law === law));
  const consequences = proved.filter((law) => law.kind === 'always');
  return { invariants, consequences, steps: proved.filter((law) => law.kind === 'each'), unproved };
}

/** Reasons for which there is no law any more. */
export const reasonsWithoutLaw = (profiles: readonly Profile[]): readonly string[] => {
  const found = new Set(profiles.flatMap((profile) => lawsOf(profile).unproved.map(({ law }) => law.statement)));
  return reasons.map(({ statement }) => statement).filter((statement) => !found.has(statement));
};
