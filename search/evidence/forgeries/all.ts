/** One forgery or more for each check of a verifier: what is wrong, and the clause and the entry that it is denied by. */
import { certificates } from './certificates.ts';
import { descriptors } from './descriptors.ts';
import { encodings, explicitKey } from './encodings.ts';
import type { Forgery } from './forgery.ts';
import { handovers } from './handovers.ts';
import { keys, signatures } from './keys.ts';
import { links } from './links.ts';
import { paths } from './paths.ts';
import { requests } from './requests.ts';

export const forgeries: readonly Forgery[] = [
  ...encodings,
  ...explicitKey,
  ...keys,
  ...signatures,
  ...certificates,
  ...descriptors,
  ...links,
  ...paths,
  ...requests,
  ...handovers,
];
