/**
 * Evidence as the flags have it judged. A path of X.509 certificates is a key attestation, and everything else shows what
 * it is by how its CBOR begins.
 */
import { isPolicy, readPolicy } from '../../model/evidence/dice-policy.ts';
import type { ReadPolicy } from '../../model/evidence/dice-policy.ts';
import { readEvidence } from '../../model/evidence/evidence.ts';
import { readUdsCertificates } from '../../model/evidence/uds-path.ts';
import { appraise, chainOf, inquire } from '../../properties/evidence/appraise.ts';
import type { Appraiser } from '../../spec/evidence/appraiser.ts';
import { asSpecified, readingOf, unaskedOf } from '../../spec/evidence/appraiser.ts';
import { appraisers } from '../../spec/evidence/appraisers/all.ts';
import { inquirePolicy } from '../../spec/evidence/constraints.ts';
import type { UdsPathFacts } from '../../spec/evidence/facts.ts';
import type { Instance, Options } from '../../spec/evidence/options.ts';
import { inquirePaths, ofRootKey } from '../../spec/evidence/uds.ts';
import { decide } from '../../spec/evidence/verdict.ts';
import type { NamedEvidence } from './input.ts';
import type { Decision, Judged } from './judged.ts';
import { formatFault, formatVerdict } from './judged.ts';
import { appraiseKeyPath, certificatesIn, linesOfKey } from './key.ts';
import type { KeyPolicy } from '../../spec/evidence/key.ts';
import { rowsOfKeyPath } from './key-table.ts';
import { instanceNamed, instances } from './options.ts';
import { holdAgainst, rowsOfPolicy } from './policy.ts';
import { align, cellsOf, rowsOf, shown } from './table.ts';
import { rowsOfPaths } from './uds.ts';

/** What the flags of the command say of how evidence is judged. */
export interface Judging {
  /** By a verifier: some take today where no time is given. */
  readonly options: (appraiser: Appraiser) => Options;
  readonly appraiser: Appraiser;
  readonly isNamed: boolean;
  readonly instance: string | undefined;
  readonly policy: ReadPolicy | undefined;
  /** What a key attestation has to meet; read once there is one. */
  readonly keyPolicy: () => KeyPolicy;
}

/** What came of it, or in one line why it cannot be judged so. */
export function judgeEvidence(evidence: NamedEvidence, judging: Judging): Judged | string {
  const { name, bytes } = evidence;
  const certificates = certificatesIn(bytes);
  if (certificates) return judgeKey(name, certificates, judging.keyPolicy());
  const paths = readUdsCertificates(bytes);
  if (paths === undefined && !isPolicy(bytes)) return judgeChain(evidence, judging);
  const kind = paths ? 'UDS certificates' : 'policy';
  if (judging.isNamed) return `--verifier judges no ${kind}, and ${name} holds nothing else`;
  if (judging.policy !== undefined) return `--policy is met by chains, and ${name} is no chain`;
  return paths ? judgePaths(name, paths, judging.options(asSpecified)) : judgePolicy(name, readPolicy(bytes));
}

function judgeKey(name: string, path: readonly Uint8Array[], policy: KeyPolicy): Judged {
  const { facts, inquiry } = appraiseKeyPath(path, policy);
  const [kind, verdict] = ['key attestation', decide(inquiry)];
  return {
    ...{ name, kind, verdict, words: formatVerdict(verdict), asked: [{ inquiry }] },
    tables: [rowsOfKeyPath(path, policy)],
    notes: facts.isReadable ? linesOfKey(facts, policy) : [],
    json: { kind, verdict, described: facts.described ?? null },
  };
}

function judgePaths(name: string, paths: readonly UdsPathFacts[], options: Options): Judged {
  const inquiry = inquirePaths(paths, options);
  const [kind, verdict] = ['UDS certificates', decide(inquiry, ofRootKey)];
  return {
    ...{ name, kind, verdict, words: formatVerdict(verdict), asked: [{ inquiry, unasked: ofRootKey }] },
    ...{ tables: [rowsOfPaths(paths)], notes: [], json: { kind, verdict, paths } },
  };
}

function judgePolicy(name: string, policy: ReadPolicy): Judged {
  const inquiry = inquirePolicy(policy.facts);
  const decided = decide(inquiry);
  const [kind, verdict, table] = ['policy', decided.kind === 'denied' ? decided : undefined, rowsOfPolicy(policy)];
  const words = verdict ? formatVerdict(verdict) : 'well-formed; --policy holds a chain against it';
  const json = { kind, verdict: verdict ?? null, lines: align(table) };
  return { name, kind, verdict, words, asked: [{ inquiry }], tables: [table], notes: [], json };
}

function judgeChain({ name, bytes, instance: given }: NamedEvidence, judging: Judging): Judged | string {
  const { appraiser, policy } = judging;
  const options = judging.options(appraiser);
  const named = judging.instance ?? given ?? options.instance;
  const instance = instanceNamed(named);
  if (instance === undefined)
    return `${name} names the instance ${shown(named)}; there are ${instances.join(', ')}, and --instance takes one`;
  const evidence = readEvidence(bytes, readingOf(appraiser));
  if (policy && evidence.kind !== 'chain') return `--policy is met by chains, and ${name} is no chain`;
  const decisions = (): readonly Decision[] => decisionsOn(bytes, instance, judging);
  if (evidence.kind === 'unreadable') {
    const words = formatFault(evidence);
    const nothing = { verdict: undefined, asked: [], tables: [], notes: [] };
    return { name, kind: evidence.kind, words, ...nothing, json: { ...evidence }, decisions };
  }
  const inquiry = inquire(evidence, { ...options, instance }, appraiser);
  const appraised = decide(inquiry, unaskedOf(appraiser));
  const chain = chainOf(evidence);
  const held = policy && holdAgainst(policy, bytes);
  const isPolicyUnmet = appraised.kind !== 'denied' && held?.verdict.kind === 'denied';
  const [kind, verdict] = [evidence.kind, isPolicyUnmet ? held.verdict : appraised];
  return {
    ...{ name, kind, verdict, words: formatVerdict(verdict), decisions },
    asked: [{ inquiry, unasked: unaskedOf(appraiser) }, ...(held ? [{ inquiry: held.inquiry }] : [])],
    tables: [
      ...(chain?.isChain ? [cellsOf(chain)] : []),
      ...(policy && held ? [rowsOfPolicy(policy, held.found)] : []),
    ],
    notes: [],
    json: { kind, verdict, rootKey: chain?.rootKey.point, entries: chain ? rowsOf(chain) : [] },
  };
}

const decisionsOn = (bytes: Uint8Array, instance: Instance, judging: Judging): readonly Decision[] =>
  [asSpecified, ...appraisers].map((one) => ({
    verifier: one.name,
    isAsked: one === judging.appraiser,
    appraisal: appraise(bytes, { ...judging.options(one), instance }, one),
  }));
