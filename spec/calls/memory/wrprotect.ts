import { count, gfn, vm } from '../../parameters.ts';
import { hypercall, must, noSubject } from '../../rule.ts';
import { dropPermissions, forEachMapped, gfnAligned, isInRange, isOneMappingSize } from '../../vocabulary/stage2.ts';
import { isCreated, isUnprotected } from '../../vocabulary/vms.ts';
import { protBits } from '../../config.ts';

/** A non-protected VM may no longer write to what it borrows there; nothing to do where nothing is mapped. */
export const wrprotect = hypercall(
  'wrprotect',
  { vm, gfn, nr: count },
  {
    guards: [
      must('WRPROTECT-VM', isCreated('vm'), 'EINVAL', noSubject),
      must('WRPROTECT-UNPROTECTED', isUnprotected('vm'), 'EINVAL'),
      must('WRPROTECT-SIZE', isOneMappingSize('nr'), 'EINVAL', {
        waiver: 'what the call does to a range it may do page by page',
      }),
      must('WRPROTECT-ALIGNED', gfnAligned('gfn', 'nr'), 'EINVAL', {
        waiver: 'what the call does to a range it may do page by page',
      }),
      must('WRPROTECT-GFN', isInRange('gfn'), 'ERANGE', noSubject),
    ],
    effects: [forEachMapped('vm', 'gfn', 'nr', dropPermissions('vm', 'each gfn', protBits.W))],
  },
);
