/** When a DICE chain is believed: each entry on its own, in order, then the chain as a whole. */
import type { Check } from './check.ts';
import { must } from './check.ts';
import { encodingChecks, keyChecks } from './encoding.ts';
import { descriptorOf, entryChecks, valueOf } from './entry.ts';
import type { ChainFacts, PayloadClaims } from './facts.ts';
import type { Options } from './options.ts';
import { inRange } from './options.ts';
import { ask } from './verdict.ts';
import type { Inquiry } from './verdict.ts';

interface Link {
  readonly chain: ChainFacts;
  readonly index: number;
}

const payloadAt = ({ chain }: Link, index: number): PayloadClaims | undefined => chain.entries[index]?.payload;
const pointOf = (payload: PayloadClaims | undefined): string | undefined =>
  payload === undefined ? undefined : valueOf(payload.subjectKey)?.point;
const subjectAt = (link: Link, index: number): string | undefined => {
  const payload = payloadAt(link, index);
  return payload === undefined ? undefined : valueOf(payload.subject);
};

/** How an entry fits those before it. */
export const linkChecks: readonly Check<Link, unknown>[] = [
  must('CHAIN-LINKED', 'the issuer is not the subject of the entry before', (link) => {
    const payload = payloadAt(link, link.index);
    return link.index === 0 || payload === undefined || valueOf(payload.issuer) === subjectAt(link, link.index - 1);
  }),
  must('CHAIN-SUBJECTS-ONCE', 'the subject stands in an earlier entry too', (link) => {
    const subjects = link.chain.entries.slice(0, link.index).map((_, index) => subjectAt(link, index));
    return !subjects.includes(subjectAt(link, link.index));
  }),
  must('CHAIN-KEYS-ONCE', 'the key is the root key or stands in an earlier entry too', (link) => {
    const earlier = link.chain.entries.slice(0, link.index).map(({ payload }) => pointOf(payload));
    return ![link.chain.rootKey.point, ...earlier].includes(pointOf(payloadAt(link, link.index)));
  }),
];

/** Which entries carry the marker of an RKP VM; a descriptor that is passed over carries none. */
export const markersOf = ({ entries }: ChainFacts, options: Options): readonly boolean[] =>
  entries.map(({ payload }, index) => {
    const descriptor = descriptorOf(payload, { options, index, selfSigned: false });
    return descriptor?.rkpVmMarker.kind === 'given';
  });

const count = (markers: readonly boolean[]): number => markers.filter(Boolean).length;
/** From the first marker on, every entry to the leaf has one. */
const reachesLeaf = (markers: readonly boolean[]): boolean => markers.lastIndexOf(false) < markers.indexOf(true);
const hasNoGap = (markers: readonly boolean[]): boolean =>
  markers.slice(markers.indexOf(true), markers.lastIndexOf(true) + 1).every(Boolean);

/** One marker comes from the secure side, one from the VM itself. */
const leastMarkers = 2;

export const markerChecks: readonly Check<ChainFacts, Options>[] = [
  must('CHAIN-MARKERS-UNBROKEN', 'an entry between two with the RKP VM marker lacks it', (chain, options) => {
    const markers = markersOf(chain, options);
    return (options.markers === 'reserved' && options.instance !== 'avf') || hasNoGap(markers);
  }),
  must('CHAIN-MARKERS-TO-LEAF', 'the RKP VM markers do not go on to the leaf', (chain, options) => {
    const markers = markersOf(chain, options);
    return options.instance !== 'avf' || count(markers) === 0 || reachesLeaf(markers);
  }),
  must(
    'CHAIN-MARKERS-ENOUGH',
    'the chain of an RKP VM has fewer than two RKP VM markers',
    (chain, options) => options.instance !== 'avf' || count(markersOf(chain, options)) >= leastMarkers,
  ),
  must('CHAIN-MARKERS-RESERVED', 'the chain has the RKP VM markers and is no RKP VM', (chain, options) => {
    const markers = markersOf(chain, options);
    const looksLikeRkpVm = count(markers) >= leastMarkers && reachesLeaf(markers);
    return options.instance === 'avf' || options.markers === 'anywhere' || !looksLikeRkpVm;
  }),
];

/** What must hold before any entry is looked at. */
export const rootChecks: readonly Check<ChainFacts, Options>[] = [
  ...encodingChecks,
  must('CHAIN-FORM', 'it is not an array of a key and at least one entry', (chain) => chain.isChain),
  ...keyChecks.map(({ clause, reason, holds }): Check<ChainFacts, Options> =>
    must(clause, reason, ({ rootKey }, { profiles }) =>
      holds(rootKey, { integerKeyOperations: inRange('android.13', profiles) }),
    ),
  ),
];

/** What is asked of a chain of one entry that certifies its own key. */
export const selfSignedChecks: readonly Check<ChainFacts, Options>[] = [
  must(
    'CHAIN-MARKERS-PROPER',
    'the chain of an RKP VM is one certificate for its own root key',
    (_, { instance }) => instance !== 'avf',
  ),
];

/** One entry, signed by the root key, for the root key. */
function isSelfSigned({ entries, rootKey }: ChainFacts): boolean {
  return entries.length === 1 && rootKey.point !== '' && pointOf(entries[0]?.payload) === rootKey.point;
}

/** What is asked of a chain: its root, each entry, and how they fit together if it is not one that certifies itself. */
export function inquireChain(chain: ChainFacts, options: Options): Inquiry {
  const selfSigned = isSelfSigned(chain);
  const root = ask('the form of the chain, and its root key', rootChecks, chain, options);
  const entries = chain.entries.map((entry, index) =>
    ask(`entry ${index}`, entryChecks, entry, { options, index, selfSigned }, index),
  );
  if (selfSigned) {
    const itself = ask('the one certificate, for its own key', selfSignedChecks, chain, options);
    return { questions: [root, ...entries, itself], sound: 'degenerate' };
  }
  const links = chain.entries.map((_, index) =>
    ask(`entry ${index} and those before it`, linkChecks, { chain, index }, undefined, index),
  );
  const markers = ask('the markers of an RKP VM', markerChecks, chain, options);
  return { questions: [root, ...entries, ...links, markers], sound: 'proper' };
}
