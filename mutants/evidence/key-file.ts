/** Key attestations that a verifier with a fault decides wrongly, as PEM behind what was demanded and decided. */
import fc from 'fast-check';
import { readKeyCertificate } from '../../model/evidence/key-certificate.ts';
import { lawsOfKeys } from '../../properties/evidence/keys-attested.ts';
import type { Verdict } from '../../spec/evidence/verdict.ts';
import type { KeyPolicy } from '../../spec/evidence/key.ts';
import { appraiseKey } from '../../spec/evidence/key.ts';
import type { KeyFault } from './keys-attested.ts';

export interface Shown {
  readonly path: readonly Uint8Array[];
  readonly policy: KeyPolicy;
}

const inWords = (verdict: Verdict): string => (verdict.kind === 'denied' ? verdict.clause : verdict.kind);
export const specifiedOf = ({ path, policy }: Shown): string => inWords(appraiseKey(readKeyCertificate(path), policy));
export const decidedBy = ({ verify }: KeyFault, { path, policy }: Shown): string => inWords(verify(path, policy));

/** A path that the fault believes and that is denied, or the other way round; undefined where the law meets none. */
export function pathThatShows(fault: KeyFault, seed: number): Shown | undefined {
  let last: Shown | undefined;
  const verify: KeyFault['verify'] = (path, policy) => {
    const verdict = fault.verify(path, policy);
    const isBelieved = specifiedOf({ path, policy }) === 'proper';
    if ((verdict.kind === 'proper') !== isBelieved) last = { path, policy };
    return verdict;
  };
  const [law] = lawsOfKeys(verify).filter(({ clause }) => clause === fault.breaks);
  if (law) fc.check(law.property, { numRuns: 4 * law.runs, seed });
  return last;
}

const line = 64;
const pemOf = (der: Uint8Array): string => {
  const digits =
    Buffer.from(der)
      .toString('base64')
      .match(new RegExp(`.{1,${line}}`, 'g')) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...digits, '-----END CERTIFICATE-----'].join('\n');
};

/** The file: its beginning is for the reader, and for whoever judges it again. */
export const writtenKeys = (fault: KeyFault, shown: Shown): string =>
  [
    `Fault: ${fault.title}`,
    `Breaks: ${fault.breaks}`,
    `Decided: ${decidedBy(fault, shown)}`,
    `Specified: ${specifiedOf(shown)}`,
    `Policy: ${JSON.stringify(shown.policy)}`,
    ...shown.path.map(pemOf),
    '',
  ].join('\n');

const certificate = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g;

/** What such a file shows. */
export function readKeys(text: string): Shown {
  const policy = /^Policy: (.*)$/m.exec(text)?.[1] ?? '{}';
  const path = [...text.matchAll(certificate)].map(([, digits = '']) => new Uint8Array(Buffer.from(digits, 'base64')));
  return { path, policy: JSON.parse(policy) as KeyPolicy };
}
