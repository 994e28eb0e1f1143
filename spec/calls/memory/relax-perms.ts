import { gfn, prot } from '../../parameters.ts';
import { hypercall, must, noSubject } from '../../rule.ts';
import { isInRange, isMapped, isProt, relaxPermissions } from '../../vocabulary/stage2.ts';
import { loadedVm, somethingLoaded, unprotectedLoaded } from '../../vocabulary/vms.ts';

/** A non-protected VM may do more with a page that it borrows. */
export const relaxPerms = hypercall(
  'relax_perms',
  { gfn, prot },
  {
    guards: [
      must('RELAX-LOADED', somethingLoaded, 'EINVAL', noSubject),
      must('RELAX-UNPROTECTED', unprotectedLoaded, 'EINVAL', {
        waiver: 'every mapping of a protected VM has all permissions',
      }),
      must('RELAX-PROT', isProt('prot'), 'EINVAL'),
      must('RELAX-GFN', isInRange('gfn'), 'ERANGE', noSubject),
      must('RELAX-MAPPED', isMapped(loadedVm, 'gfn'), 'EAGAIN'),
    ],
    effects: [relaxPermissions(loadedVm, 'gfn', 'prot')],
  },
);
