/** Name constraints as OpenSSL 3 evaluates them (RFC 5280, 4.2.1.10). */
import type { Bytes } from '../../bytes.ts';
import { hex } from '../../bytes.ts';
import type { Element } from '../elements.ts';
import { elementsOf } from '../elements.ts';
import { canonicalName } from '../name.ts';
import type { OpenSslCertificate } from './certificate.ts';
import { ids } from './certificate.ts';

/** Kinds of general names, by their tags. */
const kinds = { other: 0xa0, email: 0x81, dns: 0x82, directory: 0xa4, uri: 0x86, ip: 0x87 } as const;
const attributes = { email: '2a864886f70d010901', commonName: '550403' } as const;
const ia5 = 0x16;
const [permittedTag, excludedTag] = [0xa0, 0xa1];

type Name = Pick<Element, 'tag' | 'body'>;
/** Whether a name lies below another, or undefined where one of them cannot be read. */
type Below = boolean | undefined;

/** Whether every name keeps to what the certificates before it let it be; self-issued ones but the last are free. */
export const keepToConstraints = (certificates: readonly OpenSslCertificate[]): boolean =>
  certificates.every((one, at) => {
    const isLast = at === certificates.length - 1;
    if (!isLast && one.issuer === one.subject) return true;
    const names = namesOf(one, isLast);
    return certificates.slice(0, at).every(({ extensions }) => {
      const constraints = extensions.get(ids.nameConstraints);
      return constraints === undefined || (names?.every((name) => keeps(name, constraints)) ?? false);
    });
  });

/** The subject, addresses in it, alternative names, and of the last without one of a host what looks like a host. */
function namesOf({ subjectName, extensions }: OpenSslCertificate, isLast: boolean): readonly Name[] | undefined {
  const parts = elementsOf(elementsOf(subjectName)[0]?.body ?? subjectName)
    .flatMap(({ body }) => elementsOf(body))
    .map(({ body }) => elementsOf(body));
  const valuesOf = (attribute: string): readonly Element[] =>
    parts.flatMap(([type, value]) => (type && value && hex(type.body) === attribute ? [value] : []));
  const emails = valuesOf(attributes.email);
  if (emails.some(({ tag }) => tag !== ia5)) return undefined;
  const alternatives = extensions.get(ids.alternativeName);
  const others = alternatives ? elementsOf(elementsOf(alternatives)[0]?.body ?? alternatives) : [];
  const hosts = isLast && !others.some(({ tag }) => tag === kinds.dns) ? valuesOf(attributes.commonName) : [];
  return [
    ...(parts.length === 0 ? [] : [{ tag: kinds.directory, body: subjectName }]),
    ...emails.map(({ body }) => ({ tag: kinds.email, body })),
    ...others,
    ...hosts.filter(({ body }) => looksLikeHost(textOf(body))).map(({ body }) => ({ tag: kinds.dns, body })),
  ];
}

const textOf = (body: Bytes): string => String.fromCharCode(...body);
const looksLikeHost = (text: string): boolean => /^\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)+$/.test(text);

/** Within something of its kind that is permitted, if anything of it is, and in nothing that is excluded. */
function keeps(name: Name, constraints: Bytes): boolean {
  const treesUnder = (wanted: number) =>
    elementsOf(elementsOf(constraints)[0]?.body ?? constraints)
      .filter(({ tag }) => tag === wanted)
      .flatMap(({ body }) => elementsOf(body).map((subtree) => elementsOf(subtree.body)))
      .filter(([base]) => base !== undefined && isOfKind(name, base));
  const isBelowTree = ([base]: readonly Element[]): Below => base && isBelow(name, base);
  const [permitted, excluded] = [treesUnder(permittedTag), treesUnder(excludedTag)];
  if ([...permitted, ...excluded].some(hasLimits)) return false;
  const [within, outside] = [permitted.map(isBelowTree), excluded.map(isBelowTree)];
  if ([...within, ...outside].includes(undefined)) return false;
  return (within.length === 0 || within.includes(true)) && !outside.includes(true);
}

/** Other names are of one kind only where they are of one type. */
const isOfKind = (name: Name, base: Name): boolean =>
  name.tag === base.tag && (name.tag !== kinds.other || typeOf(name) === typeOf(base));
const typeOf = ({ body }: Name): string => hex(elementsOf(body)[0]?.body ?? body);

/** A minimum beyond zero, or any maximum, is more than it understands. */
const hasLimits = ([_, ...limits]: readonly Element[]): boolean =>
  limits.some(({ tag, body }) => tag !== 0x80 || body.some((one) => one !== 0));

function isBelow(name: Name, base: Name): Below {
  const [text, limit] = [textOf(name.body), textOf(base.body)];
  switch (name.tag) {
    case kinds.directory:
      return isNameBelow(name.body, base.body);
    case kinds.dns:
      return limit === '' || isHostBelow(text, limit);
    case kinds.email:
      return isAddressBelow(text, limit);
    case kinds.uri: {
      const host = /^[^:]*:\/\/([^:/]+)/.exec(text)?.[1];
      return host === undefined ? undefined : isSameHost(host, limit);
    }
    case kinds.ip:
      return isIpBelow(name.body, base.body);
    default:
      return undefined;
  }
}

function isNameBelow(name: Bytes, base: Bytes): boolean {
  const partsOf = (one: Bytes): readonly string[] =>
    elementsOf(elementsOf(one)[0]?.body ?? one).map(({ whole }) => canonicalName(whole));
  const parts = partsOf(name);
  return partsOf(base).every((part, at) => part === parts[at]);
}

const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function isHostBelow(host: string, limit: string): boolean {
  if (!lower(host).endsWith(lower(limit))) return false;
  return host.length === limit.length || limit.startsWith('.') || host.at(-limit.length - 1) === '.';
}

/** A dot in front stands for hosts below, and not for the host itself. */
const isSameHost = (host: string, limit: string): boolean =>
  limit.startsWith('.')
    ? host.length > limit.length && lower(host).endsWith(lower(limit))
    : lower(host) === lower(limit);

function isAddressBelow(address: string, limit: string): Below {
  const [at, limitAt] = [address.lastIndexOf('@'), limit.lastIndexOf('@')];
  if (at < 0) return undefined;
  if (limitAt < 0 && limit.startsWith('.')) return isSameHost(address, limit);
  if (limitAt > 0 && address.slice(0, at) !== limit.slice(0, limitAt)) return false;
  return lower(address.slice(at + 1)) === lower(limit.slice(limitAt + 1));
}

function isIpBelow(ip: Bytes, base: Bytes): Below {
  if (![4, 16].includes(ip.length) || ![8, 32].includes(base.length)) return undefined;
  if (2 * ip.length !== base.length) return false;
  const mask = base.subarray(ip.length);
  return ip.every((one, at) => (one & mask[at]!) === (base[at]! & mask[at]!));
}
