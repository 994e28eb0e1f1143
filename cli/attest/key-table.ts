/** The certificates of a key attestation as a table: what each says, and what was decided of it. */
import { readPathCertificates } from '../../model/evidence/key-certificate.ts';
import type { PathCertificate } from '../../model/evidence/key-certificate.ts';
import type { KeyPolicy } from '../../spec/evidence/key.ts';
import { day, noValue, shortKey, shown } from './table.ts';

const heading = ['#', 'subject', 'issuer', 'key', 'valid from', 'to', 'decided'] as const;

/** From the certificate of the key to the root; the first row is the heading. */
export function rowsOfKeyPath(path: readonly Uint8Array[], policy: KeyPolicy): readonly (readonly string[])[] {
  const last = path.length - 1;
  return [
    heading,
    ...readPathCertificates(path).map((one, i) => {
      const number = i === 0 ? 'key' : i === last ? 'root' : String(i);
      if (one === undefined) return [number, ...Array<string>(5).fill(noValue), '✗ it is no X.509 certificate in DER'];
      const { subject, issuer, key, valid } = one;
      const [from, to] = [valid.from, valid.to].map(day) as [string, string];
      return [number, shown(subject), shown(issuer), shortKey(key), from, to, decidedOf(one, i, last, policy)];
    }),
  ];
}

function decidedOf(one: PathCertificate, i: number, last: number, policy: KeyPolicy): string {
  const faults = faultsOf(one, i, last, policy);
  if (faults.length > 0) return `✗ ${faults.join(', ')}`;
  const signer = i === last ? 'itself' : i + 1 === last ? 'the root' : `certificate ${i + 1}`;
  const role = i === 0 ? 'describes the key' : i === last ? 'a root that is known' : 'may issue';
  return `✓ signed by ${signer}, ${role}${policy.at === undefined ? ', dates not judged' : ''}`;
}

function faultsOf(one: PathCertificate, i: number, last: number, { rootKeys, revoked, at }: KeyPolicy): string[] {
  const { isSigned, mayIssue, isUnderstood, describesKey, rootKey, serial, valid } = one;
  const faults: readonly (readonly [boolean, string])[] = [
    [i === last && !rootKeys.includes(rootKey), 'another root'],
    [revoked.includes(serial), 'revoked'],
    [at !== undefined && at < valid.from, 'not valid yet'],
    [at !== undefined && at > valid.to, 'expired'],
    [!isSigned, i === last ? 'not signed with its own key' : 'not signed with the key of the next'],
    [i > 0 && !mayIssue, 'may not issue what follows'],
    [!isUnderstood, 'a critical extension is unknown'],
    [i > 0 && describesKey, 'describes a key itself'],
    [i === 0 && !describesKey, 'describes no key'],
  ];
  return faults.flatMap(([isFault, words]) => (isFault ? [words] : []));
}
