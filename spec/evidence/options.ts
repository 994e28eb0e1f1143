/** What a verifier chooses: which releases of the Android profile it takes, and how strict it is beyond them. */

export const profileVersions = ['android.13', 'android.14', 'android.15', 'android.16'] as const;
export type ProfileVersion = (typeof profileVersions)[number];
export const newestProfile: ProfileVersion = 'android.16';

export type Instance = 'default' | 'strongbox' | 'avf' | 'widevine';

export interface Options {
  /** The first and the last release of the profile that are taken. */
  readonly profiles: readonly [ProfileVersion, ProfileVersion];
  readonly allowAnyMode: boolean;
  /** Which kind of component asks: chains and requests of an RKP VM (`avf`) must carry its marks, others must not. */
  readonly instance: Instance;
  /**
   * Whether a chain that is not an RKP VM's may carry markers all the way to its leaf. Verifiers refused it at first
   * (`reserved`), and later let it pass but refuse gaps between markers everywhere (`anywhere`).
   */
  readonly markers: 'reserved' | 'anywhere';
  /** When X.509 certificates have to be valid, in milliseconds since 1970; undefined passes their times over. */
  readonly at?: number;
}

/** The ranges that go with Android's vendor requirements of each year. */
export const profileRanges = {
  vsr13: ['android.13', 'android.15'],
  vsr14: ['android.14', 'android.15'],
  vsr15: ['android.14', 'android.15'],
  vsr16: ['android.14', 'android.16'],
} as const satisfies Readonly<Record<string, readonly [ProfileVersion, ProfileVersion]>>;

export const defaultOptions: Options = {
  profiles: profileRanges.vsr16,
  allowAnyMode: false,
  instance: 'default',
  markers: 'reserved',
};

/** Where a release of the profile is laxer than the latest. */
export interface Leniency {
  readonly integerKeyOperations: boolean;
  readonly integerMode: boolean;
  readonly textVersion: boolean;
  readonly bigEndianKeyUsage: boolean;
  readonly configHashUnchecked: boolean;
  readonly noSecurityVersion: boolean;
  readonly rootInDebugMode: boolean;
  readonly rootAuthorityHashOfAnySize: boolean;
}

const latest: Leniency = {
  integerKeyOperations: false,
  integerMode: false,
  textVersion: true,
  bigEndianKeyUsage: false,
  configHashUnchecked: false,
  noSecurityVersion: false,
  rootInDebugMode: false,
  rootAuthorityHashOfAnySize: false,
};

export const leniencies: Readonly<Record<ProfileVersion, Leniency>> = {
  'android.13': {
    ...latest,
    integerKeyOperations: true,
    textVersion: false,
    configHashUnchecked: true,
    noSecurityVersion: true,
  },
  'android.14': {
    ...latest,
    integerMode: true,
    bigEndianKeyUsage: true,
    configHashUnchecked: true,
    noSecurityVersion: true,
    rootInDebugMode: true,
    rootAuthorityHashOfAnySize: true,
  },
  'android.15': { ...latest, configHashUnchecked: true, noSecurityVersion: true },
  'android.16': latest,
};

/** The profiles by the names that certificates give; two of Widevine's have the rules of Android 16. */
export const profileNames: ReadonlyMap<string, ProfileVersion> = new Map<string, ProfileVersion>([
  ['android.14', 'android.14'],
  ['android.15', 'android.15'],
  ['android.16', 'android.16'],
  ['widevine.19', 'android.16'],
  ['widevine.20', 'android.16'],
]);

export const inRange = (version: ProfileVersion, [first, last]: Options['profiles']): boolean => {
  const place = (one: ProfileVersion): number => profileVersions.indexOf(one);
  return place(first) <= place(version) && place(version) <= place(last);
};
