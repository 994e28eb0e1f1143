/** How often what a law of the machine speaks of was there to be broken: by the state before a call, and the call. */
import type { View } from '../../properties/view.ts';
import { LIFE, MAPPING, OWNER, PAGE } from '../../properties/view.ts';
import { none } from '../../spec/config.ts';
import { powers } from '../../spec/fields.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { laws } from './laws.ts';
import type { Performed } from './performed.ts';
import { accesses } from './tables.ts';

type LawName = keyof typeof laws;

/** What there is before a call. */
interface Present {
  readonly vm: boolean;
  readonly protectedVcpu: boolean;
  readonly loaded: boolean;
  readonly switchedOff: boolean;
  readonly pending: boolean;
  readonly firmware: boolean;
  readonly siblingLoaded: boolean;
  readonly mapping: boolean;
  readonly privatePage: boolean;
  readonly poisoned: boolean;
  readonly lent: boolean;
  readonly deviceMapping: boolean;
}

const some = (count: number, is: (at: number) => boolean): boolean => {
  for (let at = 0; at < count; at++) if (is(at)) return true;
  return false;
};

const [off, pendingPower] = [powers.indexOf('OFF'), powers.indexOf('PENDING')];

function presentIn(view: View, { rules }: TransitionSystem, firmware: boolean): Present {
  const { size, base } = view.layout;
  const isProtectedVcpu = (vcpu: number): boolean => view.present(vcpu) === 1 && view.isProtected(view.vmOfVcpu(vcpu));
  const hasPower = (power: number): boolean =>
    some(size.power, (vcpu) => view.at(base.power + vcpu) === power && isProtectedVcpu(vcpu));
  return {
    vm: some(size.life, (vm) => view.isCreated(vm)),
    protectedVcpu: some(size.present, isProtectedVcpu),
    loaded: some(size.loaded, (cpu) => view.loaded(cpu) !== none),
    // Where no VM has a call for it, the field says nothing.
    switchedOff: rules.has('guest_cpu_off') && hasPower(off),
    pending: rules.has('guest_cpu_on') && hasPower(pendingPower),
    firmware,
    siblingLoaded: some(size.loaded, (cpu) => {
      const vcpu = view.loaded(cpu);
      return vcpu !== none && view.createdVcpus(view.vmOfVcpu(vcpu)) > 1;
    }),
    mapping: some(size.mapped, (at) => view.mapped(at) !== none),
    privatePage: some(size.host, (page) => view.owner(page) === OWNER.VM && view.host(page) === PAGE.NOPAGE),
    poisoned: some(size.mapping, (at) => view.mapping(at) === MAPPING.POISON),
    lent: some(size.host, (page) => view.owner(page) === OWNER.FFA),
    deviceMapping: some(size.dmaMaps, (page) => view.dmaMaps(page) > 0),
  };
}

const done =
  (...calls: readonly string[]): Subject =>
  ({ call, answer }) =>
    answer?.kind === 'done' && calls.includes(call);
const given =
  (what: keyof Present): Subject =>
  (_, present) =>
    present[what];
const always: Subject = () => true;

type Subject = (one: Performed, present: Present, view: View) => boolean;

/** Calls by which a page of a VM goes back to the host. */
const goesBack = done('reclaim_dying_guest_page', 'force_reclaim_guest_page', 'guest_mem_relinquish');
const isGuests = ({ rule }: Performed): boolean => rule.rule.actor === 'guest';

/** A VM that runs is to die, or one that is dying is to run. */
function diesOrRuns({ call, values }: Performed, _: Present, view: View): boolean {
  const vm = values['vm'] ?? 0;
  if (call === 'vcpu_load') return view.life(vm) === LIFE.DYING;
  const isLoaded = some(view.layout.size.loaded, (cpu) => view.vmOfVcpu(view.loaded(cpu)) === vm);
  return call === 'start_teardown_vm' && isLoaded;
}

/** What is permitted is shown by a trace of its own, the negative controls. */
const subjects: Readonly<Record<Exclude<LawName, Shown>, Subject>> = {
  confidential: given('privatePage'),
  integrity: given('privatePage'),
  private: given('privatePage'),
  poison: given('poisoned'),
  wipe: goesBack,
  wipeUnmapped: goesBack,
  unmapFirst: done('donate_guest'),
  // The hypervisor has pages from the start.
  hypPrivate: always,
  hostPrivate: given('vm'),
  onlyMemory: (_, present) => present.mapping || present.deviceMapping,
  statePrivate: given('protectedVcpu'),
  exposure: (one, present) => isGuests(one) && present.protectedVcpu,
  stateIntegrity: given('protectedVcpu'),
  entrySaved: (one, present) => isGuests(one) && present.protectedVcpu,
  exitSaved: (one, present) => isGuests(one) && present.protectedVcpu,
  entryReset: (one, present) => isGuests(one) && present.pending,
  tlbRemoved: given('mapping'),
  tlbFlushed: done('tlb_flush_vmid'),
  tlbVmid: done('finalize_teardown_vm', 'teardown_vm'),
  tlbSibling: given('siblingLoaded'),
  onePlace: given('loaded'),
  noRunDying: diesOrRuns,
  power: (one, present) => isGuests(one) && present.switchedOff,
  hostAtEl1: ({ call }) => call === 'hypercall',
  hostConfined: done('host_cpu_on', 'host_cpu_suspend'),
  firmwareFirst: (one, present) => isGuests(one) && present.pending && present.firmware,
  deniedLeavesTables: ({ answer }) => answer?.kind === 'refused',
  accessLeavesTables: ({ call }) => accesses.has(call),
  ownTables: given('mapping'),
  devicePrivate: given('deviceMapping'),
  deviceFollows: given('deviceMapping'),
  deviceLost: given('deviceMapping'),
  secure: given('lent'),
  lent: given('lent'),
  stateWiped: done('finalize_teardown_vm', 'teardown_vm'),
  deadlock: always,
  givenBack: always,
};

type Shown = 'unprotected' | 'stateUpstream' | 'stateSetUpstream' | 'deviceReads' | 'deviceWrites';

/** Counts, by clause, the calls at which a subject of one of its laws was there. */
export class Subjects {
  private readonly counts = new Float64Array(clauses.length);
  /** By clause: the call, by a number of its own, for which it was counted last. */
  private readonly last = new Float64Array(clauses.length);
  private calls = 0;
  private isCounting = true;
  private readonly view: View;
  private readonly spec: TransitionSystem;
  private readonly hasFirmware: boolean;
  /** What there was in the state that was looked at last: many calls change nothing. */
  private readonly cells: Int32Array;
  private present: Present | undefined;

  constructor(view: View, spec: TransitionSystem, hasFirmware: boolean) {
    this.view = view;
    this.spec = spec;
    this.hasFirmware = hasFirmware;
    this.cells = new Int32Array(view.cells.length);
  }

  /** Calls that are made here are counted for nothing. */
  uncounted<T>(make: () => T): T {
    this.isCounting = false;
    try {
      return make();
    } finally {
      this.isCounting = true;
    }
  }

  /** These calls are over; the abstract state is the one before them. */
  note(batch: readonly Performed[]): void {
    if (!this.isCounting) return;
    const present = this.presentNow();
    for (const one of batch) {
      this.calls++;
      for (const { clause, isMet } of entries) {
        if (this.last[clause] === this.calls || !isMet(one, present, this.view)) continue;
        this.last[clause] = this.calls;
        this.counts[clause] = (this.counts[clause] ?? 0) + 1;
      }
    }
  }

  private presentNow(): Present {
    if (this.present !== undefined && this.isSame()) return this.present;
    this.cells.set(this.view.cells);
    this.present = presentIn(this.view, this.spec, this.hasFirmware);
    return this.present;
  }

  private isSame(): boolean {
    const { cells } = this.view;
    for (let cell = 0; cell < cells.length; cell++) if (cells[cell] !== this.cells[cell]) return false;
    return true;
  }

  of(clause: string): number {
    return this.counts[clauses.indexOf(clause)] ?? 0;
  }
}

type Counted = keyof typeof subjects;
const clauses: readonly string[] = [...new Set((Object.keys(subjects) as Counted[]).map((name) => laws[name].clause))];
const entries = (Object.keys(subjects) as Counted[]).map((name) => ({
  clause: clauses.indexOf(laws[name].clause),
  isMet: subjects[name],
}));
