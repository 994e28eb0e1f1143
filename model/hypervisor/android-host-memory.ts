/** Where Android's checks of the host's memory differ from those of Linux. */
import type { PageState } from '../descriptor.ts';
import { HostMemory, type Check } from './host-memory.ts';

export class AndroidHostMemory extends HostMemory {
  /** What is no memory is told apart from what is somebody else's. */
  override checkHost(pfn: number, pages: number, wanted: PageState): Check {
    return this.isMemory(pfn) ? super.checkHost(pfn, pages, wanted) : 'EINVAL';
  }
}
