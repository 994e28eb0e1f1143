import { gfn, page } from '../../parameters.ts';
import { hypercall, implied, must, noSubject, onFailure } from '../../rule.ts';
import { answers } from '../../language/build.ts';
import { cacheSuffices, listLength, refill, refilled } from '../../vocabulary/memcache.ts';
import { endFits, giveToVm, hostState, isMemory } from '../../vocabulary/pages.ts';
import { map } from '../../vocabulary/page-tables.ts';
import { isInRange, isUnmapped } from '../../vocabulary/stage2.ts';
import { loadedVcpu, loadedVm, protectedLoaded, somethingLoaded } from '../../vocabulary/vms.ts';
import { protAll } from '../../config.ts';

/** DONATE to a protected VM: the page becomes its own, at one of its frames, and the host loses it. */
export const donateGuest = hypercall(
  'donate_guest',
  { page, gfn },
  {
    guards: [
      must('DONATE-LOADED', somethingLoaded, 'EINVAL', noSubject),
      must('DONATE-PROTECTED', protectedLoaded, 'EINVAL'),
      onFailure('LIFE-CACHE-KEPT', refill(loadedVcpu)),
      must('DONATE-REFILLED', refilled(loadedVcpu), 'ENOMEM', {
        waiver: 'without the pages wanted the call would refuse later, or need none of them',
      }),
      must('DONATE-RANGE', endFits('page'), 'EINVAL', implied('DONATE-MEMORY', 'only the error is another')),
      must('DONATE-MEMORY', isMemory('page'), 'EPERM'),
      must('DONATE-OWNED', hostState('page').is('OWNED'), 'EPERM'),
      must('DONATE-GFN', isInRange('gfn'), 'ERANGE'),
      must('DONATE-FREE', isUnmapped(loadedVm, 'gfn'), 'EPERM'),
      must('DONATE-TABLES', cacheSuffices(loadedVcpu), 'ENOMEM'),
    ],
    effects: [
      giveToVm('page', loadedVm, 'gfn'),
      map({ vcpu: loadedVcpu, vm: loadedVm, gfn: 'gfn', page: 'page', state: 'OWNED', prot: protAll }),
      answers(listLength(loadedVcpu).value),
    ],
  },
);
