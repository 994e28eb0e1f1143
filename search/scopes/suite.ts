/** Where a chapter is searched: under which profile, in which scope. */
import type { Profile } from '../../spec/profile.ts';
import type { Scope } from './linux.ts';

export interface Suite {
  readonly chapter: string;
  readonly profile: Profile;
  readonly scope: Scope;
  /** An assumption does not hold in this scope: laws may break here, and what the assumption forbids must be seen. */
  readonly unsafe: boolean;
}

/** Its name on the command line. */
export const nameOf = ({ profile, scope }: Suite): string => `${profile.name}/${scope.name}`;
