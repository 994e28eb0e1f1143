import { gfn } from '../../parameters.ts';
import { hypercall, must, noSubject } from '../../rule.ts';
import { when } from '../../language/build.ts';
import { touch } from '../../vocabulary/guests.ts';
import { isMapped } from '../../vocabulary/stage2.ts';
import { loadedVm, somethingLoaded, unprotectedLoaded } from '../../vocabulary/vms.ts';

/** A mapping of a non-protected VM counts as used; nothing to do where nothing is mapped. */
export const mkyoung = hypercall(
  'mkyoung',
  { gfn },
  {
    guards: [
      must('MKYOUNG-LOADED', somethingLoaded, 'EINVAL', noSubject),
      must('MKYOUNG-UNPROTECTED', unprotectedLoaded, 'EINVAL', { waiver: 'every mapping of a protected VM is young' }),
    ],
    effects: [when(isMapped(loadedVm, 'gfn'), touch(loadedVm, 'gfn'))],
  },
);
