/** The checks of a signed APK, in the order in which they are made. */
import { must, mustEach, of } from '../evidence/check.ts';
import type { Check } from '../evidence/check.ts';
import { latestSdk, mostSigners, schemeFor, signersFor } from './apk.ts';
import type { ApkFacts, ApkScheme, ApkSigner } from './apk.ts';
import type { ImageCheck, ImageOptions } from './image.ts';
import { zipChecks } from './zip.ts';

const blockChecks: readonly ImageCheck<ApkFacts>[] = [
  must(
    'APK-BLOCK',
    'no signing block lies before the central directory',
    ({ block }) => block?.hasMagic === true,
    ({ block, end }) => block?.footerAt ?? end?.directoryOffset,
  ),
  must(
    'APK-BLOCK',
    'the signing block has two different sizes, or one that it cannot have',
    ({ block }) => block === undefined || block.sizeBefore === block.sizeAfter,
    ({ block }) => block?.footerAt,
  ),
  must(
    'APK-PAIRS',
    'the pairs do not fill the signing block',
    ({ block }) => block?.isFilled !== false,
    ({ block }) => block && (block.pairs.at(-1)?.at ?? block.at),
  ),
  must(
    'APK-ONCE',
    'the signing block has two pairs of one number',
    ({ block }) => twice(block) === undefined,
    ({ block }) => twice(block)?.at,
  ),
];

type Pair = NonNullable<ApkFacts['block']>['pairs'][number];
const twice = (block: ApkFacts['block']): Pair | undefined => {
  const seen = new Set<number>();
  return block?.pairs.find(({ id }) => seen.size === seen.add(id).size);
};

interface Counting {
  readonly at: number;
  readonly scheme: ApkScheme;
  readonly signers: readonly ApkSigner[];
}
const counting = (facts: ApkFacts, options: ImageOptions): Counting | undefined => {
  const scheme = schemeFor(facts, options);
  return scheme && { at: scheme.at, scheme, signers: signersFor(scheme, options.sdk ?? latestSdk) };
};

const { min } = Math;
const lowest = ({ schemes }: ApkFacts): number | undefined => {
  const rotated = schemes.find(({ name }) => name === 'v3.1')?.signers ?? [];
  return rotated.length === 0 ? undefined : min(...rotated.map(({ sdk }) => sdk.min));
};

const schemeChecks: readonly ImageCheck<ApkFacts>[] = [
  must(
    'APK-SCHEME',
    'it is signed by no scheme that is known',
    (facts, options) => schemeFor(facts, options) !== undefined,
    ({ block }) => block?.at,
  ),
];

const strippedChecks: readonly ImageCheck<ApkFacts>[] = [
  must(
    'APK-STRIPPED',
    'its signer has signed by a stronger scheme as well, which is not there',
    (facts, options) => strippedOf(facts, options) === undefined,
    (facts, options) => strippedOf(facts, options)?.at,
  ),
];

function strippedOf(facts: ApkFacts, options: ImageOptions): ApkSigner | undefined {
  const found = counting(facts, options);
  if (found?.scheme.name === 'v2') return found.signers.find(({ signed }) => (signed.stronger ?? 0) >= 3);
  if (found?.scheme.name !== 'v3') return undefined;
  return found.signers.find(({ signed }) => signed.rotatedFrom !== undefined && signed.rotatedFrom !== lowest(facts));
}

const strongest = ({ signatures }: ApkSigner): number => Math.max(0, ...signatures.map(({ rank }) => rank));
const sameNumbers = (one: readonly number[], other: readonly number[]): boolean => one.join() === other.join();
const numbersOf = (list: readonly { readonly algorithm: number }[]): readonly number[] =>
  list.map(({ algorithm }) => algorithm);
const signers = ({ signers: all }: Counting): readonly ApkSigner[] => all;
const signaturesThatCount = ({ signers: all }: Counting) =>
  all.flatMap((signer) => signer.signatures.filter(({ rank }) => rank === strongest(signer)));
const digestsThatCount = ({ signers: all }: Counting) =>
  all.flatMap((signer) => signer.signed.digests.filter(({ rank }) => rank === strongest(signer)));

const signerChecks: readonly Check<Counting, ImageOptions>[] = [
  must(
    'APK-FORM',
    'its signers are not a list that fills the pair',
    ({ scheme }) => scheme.isWhole,
    ({ at }) => at,
  ),
  must(
    'APK-SIGNERS',
    'it does not have as many signers as the scheme allows',
    ({ scheme, signers: { length } }) => (scheme.name === 'v2' ? length > 0 && length <= mostSigners : length === 1),
    ({ at }) => at,
  ),
  mustEach('APK-FORM', 'a signer is not what the scheme says', signers, ({ isWhole }) => isWhole),
  mustEach('APK-ALGORITHM', 'a signer has no signature that is known', signers, (one) => strongest(one) > 0),
  mustEach('APK-SIGNED', 'a signature is not that of the signer', signaturesThatCount, ({ holds }) => holds),
  mustEach('APK-FORM', 'what is signed is not what the scheme says', signers, ({ signed }) => signed.isWhole),
  mustEach(
    'APK-SDK',
    'the releases of a signer are not those that it has signed',
    signers,
    ({ sdk, signed }) => sdk.min === signed.sdk.min && sdk.max === signed.sdk.max,
  ),
  mustEach('APK-LISTS', 'signatures and digests are not of the same algorithms', signers, ({ signatures, signed }) =>
    sameNumbers(numbersOf(signatures), numbersOf(signed.digests)),
  ),
  mustEach('APK-DIGEST', 'a digest is not that of what is in the file', digestsThatCount, ({ isRight }) => isRight),
  mustEach('APK-KEY', 'a key is not that of the certificate', signers, ({ key, signed }) => signed.key === key),
  mustEach(
    'APK-EXPECTED',
    'a signer has a key that is not trusted',
    signers,
    ({ key }, _, { keys }) => keys === undefined || keys.includes(key),
  ),
];

export const apkChecks: readonly ImageCheck<ApkFacts>[] = [
  ...zipChecks,
  ...blockChecks,
  ...schemeChecks,
  ...of(counting, signerChecks),
  ...strippedChecks,
];
