/** Faults in how signed APKs are verified. */
import type { ApkFacts, ApkSigner } from '../../spec/images/apk.ts';
import type { Bytes } from '../../model/bytes.ts';
import { contentDigest } from '../../model/images/apk-digest.ts';
import { readApk } from '../../model/images/apk.ts';
import { endAt } from '../../model/images/zip.ts';
import { little } from '../../model/images/reader.ts';
import { apk } from '../../properties/images/apk.ts';
import type { ApkWithIndex } from '../../properties/images/apk.ts';
import { faultOf } from './fault.ts';
import type { ImageFault } from './fault.ts';

const fault = faultOf(apk);

const withSigners = (facts: ApkWithIndex, change: (signer: ApkSigner) => ApkSigner): ApkWithIndex => ({
  ...facts,
  schemes: facts.schemes.map((scheme) => ({ ...scheme, signers: scheme.signers.map(change) })),
});
const withoutIndex = (facts: ApkFacts): ApkWithIndex => ({ ...facts, idsig: undefined });

/** The first record that ends a central directory, looked for from the start. */
function firstEnd(bytes: Bytes): ApkFacts['end'] {
  for (let at = 0; at + 22 <= bytes.length; at++) if (little(bytes, at, 4) === 0x0605_4b50) return endAt(bytes, at);
  return undefined;
}

const half = 1n << 32n;
const known = (algorithm: number): number => (algorithm === 0x0301 || algorithm === 0x0999 ? 0 : algorithm);

const ofArchive: readonly ImageFault[] = [
  fault({
    id: 'record-from-the-front',
    title: 'the record at the end of an archive is looked for from its start',
    loses: 'who verifies an app reads another archive than who unpacks it',
    clauses: ['ZIP-END'],
    story:
      'What looks like a record can stand anywhere: in a stored file, or in the comment of the real one. A verifier that takes the first goes on with one archive, while whoever unpacks the app finds the last and sees other files, or none.',
    reads: ({ bytes }) => withoutIndex(readApk(bytes, { findEnd: firstEnd })),
  }),
  fault({
    id: 'data-behind-the-record',
    title: 'what lies behind the comment of an archive is not looked at',
    loses: 'data under no signature travels with a signed app',
    clauses: ['ZIP-END'],
    story:
      'The library that the guest opens archives with looks for the record in the last 64 KiB and does not ask whether its comment reaches the end. The host appends what it likes to a signed app, and the signature still holds.',
    unasked: ['ZIP-END'],
  }),
  fault({
    id: 'directory-not-digested',
    title: 'the central directory is left out of the digest',
    loses: 'the names of the files of a signed app are the host’s',
    clauses: ['APK-DIGEST'],
    story:
      'The files are digested and the list of them is not. The host gives a file another name, or makes an entry point to another one, and the guest starts as the payload what its author meant to be data.',
    reads: ({ bytes }) =>
      withoutIndex(
        readApk(bytes, {
          digest: (kind, sections) => contentDigest(kind, { ...sections, directory: new Uint8Array() }),
        }),
      ),
  }),
  fault({
    id: 'chunks-not-counted',
    title: 'the number of chunks is left out of the digest over them',
    loses: 'a signed app is refused on this guest alone',
    clauses: ['APK-DIGEST'],
    story:
      'The digest that is signed is one of the number of chunks and of the digest of each. No file says that number: whoever verifies counts the chunks, so the host has nothing to lie about. A verifier that does not digest its count agrees with nobody, and refuses what every other verifier accepts.',
    reads: ({ bytes }) =>
      withoutIndex(readApk(bytes, { digest: (kind, sections) => contentDigest(kind, sections, false) })),
  }),
  fault({
    id: 'block-size-halved',
    title: 'the sizes of the signing block are compared in 32 bits',
    loses: 'the guest and the host read signing blocks of different sizes',
    clauses: ['APK-BLOCK'],
    story:
      'Both sizes have 64 bits, and each is cut to 32 before they are compared; libapkverify does it so. A block whose sizes differ in the upper half is one to the guest, while the host, which compares all of it, has refused the app or found another block.',
    reads: (piece, read) => {
      const { block, ...facts } = read(piece);
      if (block === undefined) return { ...facts, block };
      return { ...facts, block: { ...block, sizeBefore: block.sizeBefore % half, sizeAfter: block.sizeAfter % half } };
    },
  }),
  fault({
    id: 'second-signature-not-seen',
    title: 'a signing block is searched until the first pair is found',
    loses: 'an app is its author’s for the guest and somebody else’s for the host',
    clauses: ['APK-ONCE'],
    story:
      'A signing block has the signature of the author, and behind it that of a stranger under the same number. The guest takes the first that it finds. Whoever takes the last, or lists both, knows the same file by another signer.',
    unasked: ['APK-ONCE'],
  }),
];

const ofSchemes: readonly ImageFault[] = [
  fault({
    id: 'stripped-scheme-believed',
    title: 'an older scheme is believed without asking for the stronger one that it announces',
    loses: 'a key that was replaced signs for the app again',
    clauses: ['APK-STRIPPED'],
    story:
      'The author has replaced a key that leaked, which only schemes v3 and v3.1 can say. The host removes their pair, which no digest covers, and leaves the signature of the old key. Nobody reads the attribute under that signature which says that there was more.',
    unasked: ['APK-STRIPPED'],
  }),
  fault({
    id: 'releases-ignored',
    title: 'signers are not asked for which releases they count',
    loses: 'a signer that was replaced counts for all releases',
    clauses: ['APK-SIGNERS'],
    story:
      'A signer in scheme v3 counts up to release 32, and from 33 on another does. The host removes the other one. A verifier that does not look at the range takes the old signer, whose key was replaced because it leaked.',
    reads: (piece, read) => withSigners(read(piece), (signer) => ({ ...signer, sdk: { min: 0, max: 0x7fff_ffff } })),
    unasked: ['APK-SDK', 'APK-STRIPPED'],
  }),
  fault({
    id: 'last-release-left-out',
    title: 'the last release of a range is not in it',
    loses: 'a signed app does not start on the last release for which it is signed',
    clauses: ['APK-SIGNERS'],
    story:
      'The range of a signer ends with the last release for which it counts. libapkverify once took the end for the first release that is no longer meant, so that an app was signed by nobody on a guest of that very release (AOSP Virtualization 25f69368).',
    reads: (piece, read) =>
      withSigners(read(piece), (signer) => ({ ...signer, sdk: { ...signer.sdk, max: signer.sdk.max - 1 } })),
    unasked: ['APK-SDK'],
  }),
  fault({
    id: 'signed-releases-not-compared',
    title: 'the range of releases beside a signature is believed',
    loses: 'the host says for which releases a key counts',
    clauses: ['APK-SDK'],
    story:
      'The range stands twice, once under the signature and once beside it, so that it can be found before anything is verified. The host changes the second, and a signer of releases long past counts for this one.',
    unasked: ['APK-SDK'],
  }),
];

const ofSigners: readonly ImageFault[] = [
  fault({
    id: 'only-first-signer-verified',
    title: 'of several signers only the first is verified',
    loses: 'an app bears the name of somebody who has not signed it',
    clauses: ['APK-SIGNED'],
    story:
      'An app by two signers is what both have signed. The second signature is anything at all, and the app is still listed under both certificates, and gets what the second one’s apps get.',
    reads: (piece, read) => {
      const facts = read(piece);
      const schemes = facts.schemes.map((scheme) => ({ ...scheme, signers: scheme.signers.slice(0, 1) }));
      return { ...facts, schemes };
    },
    unasked: ['APK-SIGNERS'],
  }),
  fault({
    id: 'no-signature-holds',
    title: 'all signatures that there are have to hold',
    loses: 'an app without a signature is anybody’s',
    clauses: ['APK-ALGORITHM'],
    story:
      'A signer with an empty list of signatures has none that fails. The certificate of somebody else, an empty list of digests to match, and the app is accepted as theirs.',
    unasked: ['APK-ALGORITHM'],
  }),
  fault({
    id: 'algorithms-not-compared',
    title: 'the algorithms of signatures and digests are not compared',
    loses: 'the strongest signature can be stripped',
    clauses: ['APK-LISTS'],
    story:
      'The signer has signed twice, by a strong algorithm and a weak one for old devices. The list of signatures is under no signature, the list of digests is. The host removes the strong signature, and needs to forge the weak one only.',
    unasked: ['APK-LISTS'],
  }),
  fault({
    id: 'unknown-algorithms-equal',
    title: 'all algorithms that are not known are the same',
    loses: 'a signature that others know is exchanged for one that nobody does',
    clauses: ['APK-LISTS'],
    story:
      'Numbers that are not known are read as nothing, and nothing equals nothing; libapkverify compares the lists so. The host replaces the number of a newer algorithm, and whoever knows the newer one does not find its signature any more.',
    reads: (piece, read) =>
      withSigners(read(piece), (signer) => ({
        ...signer,
        signatures: signer.signatures.map((one) => ({ ...one, algorithm: known(one.algorithm) })),
        signed: {
          ...signer.signed,
          digests: signer.signed.digests.map((one) => ({ ...one, algorithm: known(one.algorithm) })),
        },
      })),
  }),
  fault({
    id: 'certificate-not-compared',
    title: 'the key beside a signature is not compared with the certificate under it',
    loses: 'a stranger’s app gets the secrets of another',
    clauses: ['APK-KEY'],
    story:
      'The signature is verified with the key that stands beside it, and the app is known by the certificate that it has signed. A stranger signs with a key of their own that the certificate of another author is the right one, and the VM derives that author’s secrets.',
    reads: (piece, read) =>
      withSigners(read(piece), (signer) => ({
        ...signer,
        signed: { ...signer.signed, key: signer.signed.key && signer.key },
      })),
  }),
  fault({
    id: 'index-believed',
    title: 'the root in the host’s index of hashes is believed',
    loses: 'the guest runs what nobody has signed',
    clauses: ['APK-DIGEST'],
    story:
      'The app is read through dm-verity with the root in its index, and the index is the host’s. The host changes a file and makes the index anew; every block hangs from the root, and nobody compares the content with what was signed. An early version of Microdroid’s manager did this (AOSP Virtualization bb4a9877).',
    reads: (piece, read) => {
      const facts = read(piece);
      if (facts.idsig?.apk === undefined || facts.idsig.apk.differsAt !== undefined) return facts;
      return withSigners(facts, (signer) => {
        const digests = signer.signed.digests.map((one) => ({ ...one, isRight: true }));
        return { ...signer, signed: { ...signer.signed, digests } };
      });
    },
  }),
];

export const apkFaults: readonly ImageFault[] = [...ofArchive, ...ofSchemes, ...ofSigners];
