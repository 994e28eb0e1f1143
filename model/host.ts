/** The host kernel as an actor: loads and stores wherever its stage 2 lets it, and the list of table pages. */
import type { Board } from './board.ts';
import type { Cache } from './cache.ts';
import type { Cpu } from './cpu.ts';
import { prots } from './descriptor.ts';
import { arg, done, type Args, type Call, type Outcome } from './hypervisor/call.ts';
import type { Hypervisor } from './hypervisor/hypervisor.ts';
import type { Run } from './hypervisor/locks.ts';
import type { PageList } from './hypervisor/page-list.ts';
import type { Mmu } from './mmu.ts';
import { hostVmid } from './tlb.ts';

/** What the guest's code looks like, in each of its words. */
const codeWord = 2;

export class Host {
  private readonly hv: Hypervisor;
  private readonly board: Board;
  private readonly mmu: Mmu;
  private readonly cache: Cache;

  constructor(hv: Hypervisor, mmu: Mmu, cache: Cache) {
    this.hv = hv;
    this.board = hv.board;
    this.mmu = mmu;
    this.cache = cache;
  }

  /** The frame that the host reaches for a page, or -1; the hypervisor may have to map it first. */
  *reach(cpu: Cpu, page: number, needs: number): Run<number> {
    const frame = this.board.frameOf(page);
    if (!cpu.isConfined) return this.board.isRam(frame) ? frame : -1;
    const regime = { observer: cpu.number, vmid: hostVmid, vcpu: -1 };
    for (;;) {
      const found = this.mmu.translate(regime, this.hv.host.table, frame, needs);
      if (typeof found === 'number') return found;
      if ((yield* this.hv.host.fault(cpu.number, frame)) !== undefined) return -1;
    }
  }

  *read(cpu: Cpu, args: Args): Run<Outcome> {
    const frame = yield* this.reach(cpu, arg(args, 'page'), prots.R);
    return frame < 0 ? 'EFAULT' : this.cache.read(frame, arg(args, 'word'));
  }

  /** A read that does not look into caches, as a host can make through a mapping of its own. */
  *readUncached(cpu: Cpu, args: Args): Run<Outcome> {
    const frame = yield* this.reach(cpu, arg(args, 'page'), prots.R);
    return frame < 0 ? 'EFAULT' : this.cache.readUncached(frame, arg(args, 'word'));
  }

  *write(cpu: Cpu, args: Args): Run<Outcome> {
    const frame = yield* this.reach(cpu, arg(args, 'page'), prots.W);
    if (frame < 0) return 'EFAULT';
    this.cache.write(frame, arg(args, 'word'), arg(args, 'value'));
    return done;
  }

  *loadStub(cpu: Cpu, args: Args): Run<Outcome> {
    const frame = yield* this.reach(cpu, arg(args, 'page'), prots.W);
    if (frame < 0) return 'EFAULT';
    for (let word = 0; word < this.hv.config.codeWords; word++) this.cache.write(frame, word, codeWord);
    return done;
  }

  /** Put pages on the host's list of table pages for a vCPU, the last one on top. */
  *topup(cpu: Cpu, args: Args): Run<Outcome> {
    const list = this.listOf(args);
    if (list === undefined) return 'EINVAL';
    const named = arg(args, 'first');
    const first = this.board.frameOf(named) < this.board.limit ? this.board.pageAt(this.board.frameOf(named)) : named;
    const pages = arg(args, 'pages');
    // why: the host knows its pages, and does not begin with a list that it could not finish.
    for (let i = 0; i < pages; i++) if ((yield* this.reach(cpu, first + i, prots.W)) < 0) return 'EFAULT';
    for (let i = 0; i < pages; i++) {
      const frame = yield* this.reach(cpu, first + i, prots.W);
      if (frame < 0) return 'EFAULT';
      this.hv.lists.push(list, frame);
    }
    return list.length;
  }

  /** A hostile host: the descriptor of the list lies in its own memory, and so do the links. */
  *setList(_cpu: Cpu, args: Args): Run<Outcome> {
    const list = this.listOf(args);
    if (list === undefined) return 'EINVAL';
    list.top = this.board.frameOf(arg(args, 'page')) * this.board.pageBytes + arg(args, 'offset');
    list.length = arg(args, 'length');
    return done;
  }

  /** The list is in the host's structure for the vCPU, whether or not the hypervisor has that vCPU yet. */
  private listOf(args: Args): PageList | undefined {
    const vm = this.hv.vms.find(arg(args, 'vm'));
    if (vm === undefined || arg(args, 'vcpu') >= vm.created) return undefined;
    return this.hv.hostLists.at(arg(args, 'vm'), arg(args, 'vcpu'));
  }

  calls(): Record<string, Call> {
    return {
      host_read: (cpu, args) => this.read(cpu, args),
      host_write: (cpu, args) => this.write(cpu, args),
      host_load_stub: (cpu, args) => this.loadStub(cpu, args),
      topup_memcache: (cpu, args) => this.topup(cpu, args),
    };
  }

  /** What only an attacker does. */
  attacks(): Record<string, Call> {
    return {
      host_read_uncached: (cpu, args) => this.readUncached(cpu, args),
      host_set_list: (cpu, args) => this.setList(cpu, args),
      host_set_register: (cpu, args) => this.hv.vcpus.setRegister(cpu, args),
    };
  }
}
