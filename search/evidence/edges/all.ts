/** Evidence at every boundary of the checks, on both of its sides. */
import { claimEdges } from './claims.ts';
import { dateEdges } from './dates.ts';
import { deviceEdges } from './device-info.ts';
import type { Edge } from './edge.ts';
import { encodingEdges } from './encodings.ts';
import { headerEdges } from './headers.ts';
import { issuerEdges } from './issuers.ts';
import { keyEdges, repeatedKeyEdges, signatureEdges } from './keys.ts';
import { linkEdges } from './links.ts';
import { descriptorEdges, hashEdges } from './measurements.ts';
import { pathEdges } from './paths.ts';
import { requestEdges } from './requests.ts';

export const allEdges: readonly Edge[] = [
  ...encodingEdges,
  ...keyEdges,
  ...signatureEdges,
  ...headerEdges,
  ...repeatedKeyEdges,
  ...claimEdges,
  ...hashEdges,
  ...descriptorEdges,
  ...linkEdges,
  ...pathEdges,
  ...issuerEdges,
  ...dateEdges,
  ...requestEdges,
  ...deviceEdges,
];
