/** A recording as a sequence to go on from: the same calls, in the names of a scope that is made for it. */
import { UnreadableEvent, callOf } from '../../search/conformance/calls.ts';
import { isOfOwnership } from '../../search/conformance/check.ts';
import { Survey } from '../../search/conformance/survey.ts';
import type { Names } from '../../search/conformance/survey.ts';
import type { Recording } from '../../search/counterexamples/finding.ts';
import { headerOf } from '../../search/counterexamples/finding.ts';
import { VmSymmetry, translate } from '../../search/judge/vm-symmetry.ts';
import { writeCall } from '../../search/judge/written-call.ts';
import type { WrittenCall } from '../../search/judge/written-call.ts';
import { begin } from '../../search/scopes/linux.ts';
import type { Scope } from '../../search/scopes/linux.ts';
import { none } from '../../spec/config.ts';
import { content } from '../../spec/fields.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { Profile } from '../../spec/profile.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Call } from '../../spec/transition-system.ts';
import { mostCalls } from './asked.ts';
import type { Asked } from './asked.ts';
import { mostSlots, recordedScope, scopeOfWorld, worldShape } from './world.ts';
import type { World } from './world.ts';

/** A recording that can be gone on from: from each of its first steps, at most. */
export interface Continued {
  readonly asked: Asked;
  /** Why the calls after these have no place in it; nothing if all have. */
  readonly ends: string | undefined;
}

type Recorded = Recording['calls'][number];

/** The sequence, or in one line why there is none. */
export function continued(recording: Recording, header: TranscriptHeader = headerOf(recording)): Continued | string {
  const profile = profiles.get(header.profile);
  if (profile === undefined) return `there is no profile ${header.profile}`;
  if (isOfOwnership(profile)) return `${profile.name} compares ownership alone, and its VMs have names of the host's`;
  const calls = recording.calls.slice(0, mostCalls);
  const found = worldOf(header, calls, profile);
  if (typeof found === 'string') return found;
  const written = new Writer(profile, found, calls);
  const kept = written.calls.length;
  const asked = { profile: profile.name, scope: recordedScope, world: written.world, calls: written.calls };
  const tooMany = recording.calls.length > mostCalls && kept === mostCalls;
  return { asked, ends: tooMany ? `${mostCalls} calls are the most` : written.ends };
}

/** What the calls name, and no more. */
function worldOf(header: TranscriptHeader, calls: readonly Recorded[], profile: Profile): World | string {
  const survey = new Survey();
  calls.forEach((call, i) => survey.add({ i, ...call }));
  const words = calls.flatMap(({ args }) => Object.values(args).filter((value) => typeof value === 'string'));
  const isNamed = (block: string): boolean =>
    words.some((word) => [block, `&${block}`].some((start) => word === start || word.startsWith(`${start}+`)));
  const reserved = calls.filter(({ op }) => profile.rules.get(op)?.answer === 'vm').length;
  const { sizes, features, guestStubGfn: code } = header;
  const world: World = {
    pages: [...header.pages],
    blocks: Object.fromEntries(Object.entries(header.blocks).filter(([block]) => isNamed(block))),
    special: Object.fromEntries(
      Object.entries(header.specialPages).map(([name, { kind, of }]) => [
        name,
        of === undefined ? { kind } : { kind, of },
      ]),
    ),
    ...(sizes && { sizes }),
    ...(features && { features }),
    ...(code === undefined ? {} : { code }),
    gfns: [...survey.gfns],
    offsets: [...survey.offsets],
    vcpus: survey.vcpus,
    // One more can be made, and one entry is never used.
    slots: Math.min(mostSlots, reserved + 2),
    passed: {},
  };
  const read = worldShape.safeParse(world);
  return read.success ? read.data : `it names more than an address holds: ${read.error.issues[0]?.message ?? ''}`;
}

/** Writes calls one after the other, as far as that goes, and makes them, for VMs are called by their order. */
class Writer {
  readonly calls: WrittenCall[] = [];
  readonly world: World;
  readonly ends: string | undefined;
  private readonly names: Names;
  private readonly system: TransitionSystem;
  private readonly scope: Scope;

  constructor(profile: Profile, world: World, recorded: readonly Recorded[]) {
    const { scope, names } = scopeOfWorld(world, profile.name);
    this.names = names;
    this.scope = scope;
    this.system = new TransitionSystem(profile, scope.config);
    const passed = new Map<string, Set<number>>();
    this.ends = this.write(recorded, passed);
    this.world = { ...world, passed: Object.fromEntries([...passed].map(([kind, all]) => [kind, [...all]])) };
  }

  private write(recorded: readonly Recorded[], passed: Map<string, Set<number>>): string | undefined {
    let { state } = begin(this.system, this.scope);
    const symmetry = new VmSymmetry(this.system.config.slots);
    for (const event of recorded) {
      const call = this.read(event);
      if (typeof call === 'string') return call;
      const { outcome, state: next } = this.system.step(state, call);
      this.calls.push(
        writeCall(
          this.system,
          translate(this.system, call, (vm) => symmetry.toOrdinal(vm)),
        ),
      );
      this.note(call, passed);
      state = next;
      if (outcome.kind === 'done' && this.system.rule(call.call).rule.answer === 'vm') symmetry.reserve(outcome.answer);
    }
    return undefined;
  }

  private read(event: Recorded): Call | string {
    const rule = this.system.rules.get(event.op);
    if (rule === undefined) return `${this.system.profile.name} has no call ${event.op}`;
    try {
      const symbol = event.op.startsWith('host') ? content.host : content.firstOfVms;
      const call = callOf({ ...event, cpu: 0 }, rule, this.names, () => symbol);
      return translate(this.system, { ...call, args: this.offered(rule.names, call.args, symbol) }, (vm) =>
        this.entry(vm),
      );
    } catch (error) {
      if (error instanceof UnreadableEvent) return error.message;
      throw error;
    }
  }

  /** Whatever is written is the symbol of who writes it. */
  private offered(names: readonly string[], args: readonly number[], symbol: number): readonly number[] {
    return args.map((value, i) => (names[i] === 'value' ? symbol : value));
  }

  /** Entries of the table that no VM ever has are alike. */
  private entry(vm: number): number {
    const { slots } = this.system.config;
    if (vm === none) return none;
    return vm >= mostSlots ? slots : Math.min(vm, slots - 1);
  }

  /** Numbers that no other scope offers are offered here. */
  private note({ call, args }: Call, passed: Map<string, Set<number>>): void {
    Object.values(this.system.rule(call).rule.parameters).forEach((parameter, i) => {
      const value = args[i] ?? 0;
      if (parameter.kind === 'vm' || parameter.values(this.system.config).includes(value)) return;
      const all = passed.get(parameter.kind) ?? new Set<number>();
      passed.set(parameter.kind, all.add(value));
    });
  }
}
