/** What APKs are made of, sound and forged. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Bytes } from '../../model/bytes.ts';
import { ascii, hex } from '../../model/bytes.ts';
import { writeBlock } from '../../model/images/apk-block.ts';
import { attributeIds, keyInfoOf, schemeIds, withBlock, writeApk, writeScheme } from '../../model/images/apk-write.ts';
import type { SchemeParts, SignerParts } from '../../model/images/apk-write.ts';
import { appKey, strangersKey } from '../../model/images/app-keys.ts';
import { writeZip } from '../../model/images/zip.ts';
import type { ZipParts } from '../../model/images/zip.ts';
import { forgedIn, remembered } from './forgery.ts';
import type { Forgery } from './forgery.ts';

/** The name of the format. */
export const format = 'APK';
/** The numbers of algorithms. */
export const [pkcs1, pkcs1Long, pss, ecdsa, verity, dsa] = [0x0103, 0x0104, 0x0101, 0x0201, 0x0421, 0x0301];

/** The files of an app, more with every step of the scale. */
export const appOf = (scale: number, payload = 'payload'): ZipParts =>
  writeZip(
    [
      { name: 'AndroidManifest.xml', content: ascii('<manifest/>') },
      { name: 'lib/payload.so', content: ascii(payload.repeat(1 + 300 * scale)) },
    ],
    ascii('c'.repeat(scale)),
  );

/** The author, who signs with one algorithm unless something else is said. */
export const signer = (parts: Partial<SignerParts> = {}): SignerParts => ({
  key: appKey,
  algorithms: [pkcs1],
  ...parts,
});
/** A scheme with its signers. */
export const v3 = (...signers: readonly SignerParts[]): SchemeParts => ({ name: 'v3', signers });
/** The same, without releases. */
export const v2 = (...signers: readonly SignerParts[]): SchemeParts => ({ name: 'v2', signers });
/** Releases for which a signer counted until it was replaced. */
export const old = { min: 24, max: 32 };
const recent = { min: 33, max: 0x7fff_ffff };
/** The author, who was replaced, and says so. */
export const replaced = signer({ sdk: old, attributes: [[attributeIds.rotatedFrom, recent.min]] });
/** The author, who says in scheme v2 that there is v3. */
export const announcing = signer({ attributes: [[attributeIds.stronger, 3]] });
/** The author up to one release, and somebody else from then on. */
export const rotated: readonly SchemeParts[] = [
  v3(replaced),
  { name: 'v3.1', signers: [signer({ key: strangersKey, sdk: recent })] },
];

/** An app, signed by these schemes. */
export const signed = (schemes: readonly SchemeParts[]) => (scale: number) => writeApk(appOf(scale), schemes);
/** An app as its author signs it. */
export const sound = remembered(signed([v3(signer())]));

/** A key, as those that are trusted are named. */
export const keyOf = (key: typeof appKey): string => hex(keyInfoOf(key));

/** An APK that is to be refused by a clause. */
export const forged = forgedIn(format);
/** A sound one of which bytes were changed. */
export const changed = (
  clause: ClauseId,
  description: string,
  change: (bytes: Bytes, scale: number) => Bytes,
): Forgery => forged(clause, description, (scale) => change(sound(scale).slice(), scale));
/** One that was signed otherwise. */
export const otherwise = (clause: ClauseId, description: string, ...schemes: readonly SchemeParts[]): Forgery =>
  forged(clause, description, signed(schemes));

/** An APK with these pairs in its signing block. */
export const withPairs = (pairs: (archive: ZipParts) => Parameters<typeof writeBlock>[0]) => (scale: number) =>
  withBlock(appOf(scale), writeBlock(pairs(appOf(scale))));
/** A pair that means nothing. */
export const padding = (length: number): readonly [number, Bytes] => [attributeIds.padding, new Uint8Array(length)];
/** The pair of a scheme. */
export const pairOf = (scheme: SchemeParts, archive: ZipParts): readonly [number, Bytes] => [
  schemeIds[scheme.name],
  writeScheme(scheme, archive),
];

/** Where the signing block of a sound APK is. */
export const blockOf = (scale: number): number => appOf(scale).contents.length;
