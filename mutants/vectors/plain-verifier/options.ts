/** What a verifier is asked to accept: the options of the vectors, and what goes with each release of the profile. */
export interface Options {
  readonly profiles: readonly [string, string];
  readonly allowAnyMode: boolean;
  readonly instance: string;
  readonly markers: string;
  readonly at?: number;
}

const releases = ['android.13', 'android.14', 'android.15', 'android.16'];

/** The release whose rules a profile has, by the name that certificates give it. */
export const profileNames: Readonly<Partial<Record<string, string>>> = {
  'android.14': 'android.14',
  'android.15': 'android.15',
  'android.16': 'android.16',
  'widevine.19': 'android.16',
  'widevine.20': 'android.16',
};

export function isAccepted(release: string, { profiles: [first, last] }: Options): boolean {
  const at = releases.indexOf(release);
  return at >= releases.indexOf(first) && at <= releases.indexOf(last);
}

/** Whether a certificate may name it: those of an RKP VM come with the system, which may be newer. */
export const mayBeNamed = (release: string, { profiles: [first, last], ...others }: Options): boolean =>
  isAccepted(release, { ...others, profiles: [first, others.instance === 'avf' ? 'android.16' : last] });

/** Where a release is laxer than the latest; see the table of leniencies. */
export const leniencyOf = (release: string) => ({
  integerKeyOperations: release === 'android.13',
  integerMode: release === 'android.14',
  textVersion: release !== 'android.13',
  bigEndianKeyUsage: release === 'android.14',
  configHashUnchecked: release !== 'android.16',
  noSecurityVersion: release !== 'android.16',
  rootInDebugMode: release === 'android.14',
  rootAuthorityHashOfAnySize: release === 'android.14',
});
export type Leniency = ReturnType<typeof leniencyOf>;
