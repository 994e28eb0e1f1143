/** A small machine of Android's, to which the tests of its profiles make calls. */
import { TransitionSystem } from '../transition-system.ts';
import type { Outcome } from '../transition-system.ts';
import type { Profile } from '../profile.ts';
import type { ClauseId } from '../clauses.generated.ts';
import type { Refusal } from '../answers.ts';
import { initialState } from '../state.ts';
import type { State } from '../state.ts';
import { none } from '../config.ts';
import type { Config, PageShape } from '../config.ts';

const page = (of: number, kind: PageShape['kind'] = 'memory'): PageShape => ({
  kind,
  pfn: of,
  of,
  aligned: 1,
  name: `P${of}`,
});
/** Pages 0 to 3 for the host's structures and tables, 4 to 6 to play with, 7 a device's registers. */
export const config: Config = {
  pages: [0, 1, 2, 3, 4, 5, 6].map((of) => page(of)).concat(page(7, 'mmio')),
  gfns: [0, 1].map((of) => ({ name: `g${of}`, frame: of, of, head: of, offset: 0, tables: [0], inRange: true })),
  tables: 1,
  slots: 2,
  vcpus: 2,
  cpus: 2,
  devices: 2,
  iovas: 2,
  cids: 0,
  words: 1,
  symbolic: true,
  block: 512,
  sizes: { kvmPages: 1, vcpuPages: 1, hypVmPages: 1, hypVcpuPages: 1, pgdPages: 1, memcacheMin: 1 },
  maxShares: 2,
  hardwareAccessFlag: true,
  codeGfn: none,
  codeWords: 0,
};

type Named = Readonly<Record<string, number>>;
export const answered = (answer = 0): Outcome => ({ kind: 'done', answer });
export const denied = (error: Refusal, clause: ClauseId): Outcome => ({ kind: 'denied', error, clause });

/** A machine to which calls are made with their arguments by name; those that are not named are 0. */
export class Bench {
  readonly system: TransitionSystem;
  state: State;

  constructor(profile: Profile, of: Config = config) {
    this.system = new TransitionSystem(profile, of);
    this.state = initialState(this.system.layout);
  }

  call(call: string, named: Named = {}, cpu = 0): Outcome {
    const args = this.system.rule(call).names.map((name) => named[name] ?? 0);
    const { outcome, state } = this.system.step(this.state, { call, cpu, args });
    this.state = state;
    return outcome;
  }

  /** A protected VM with its first vCPU loaded, and the page given to it at its first frame. */
  withGuest(given: number): this {
    const steps: [string, Named][] = [
      ['host_share_hyp', { page: 0 }],
      ['host_share_hyp', { page: 1 }],
      ['init_vm', { kvm: 0, created: 2, protected: 1, pgd: 2 }],
      ['init_vcpu', { hostVcpu: 1, mpState: 1 }],
      ['topup_memcache', { first: 3, pages: 1 }],
      ['vcpu_load', {}],
      ['donate_guest', { page: given }],
    ];
    for (const [call, named] of steps) {
      const { kind } = this.call(call, named);
      if (kind !== 'done') throw new Error(`unreachable: ${call} is ${kind}`);
    }
    return this;
  }
}
