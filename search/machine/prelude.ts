/** The first calls of a machine's scope, which bring it to its start; what goes wrong in them is a mistake of the scope. */
import type { State } from '../../spec/state.ts';
import { done } from '../../spec/transition-system.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import type { PageUses } from '../judge/page-uses.ts';
import type { VmSymmetry } from '../judge/vm-symmetry.ts';
import { readCall } from '../judge/written-call.ts';
import type { Binder } from './binder.ts';
import type { Declassification } from './declassification.ts';
import type { Lockstep } from './lockstep.ts';
import type { Power } from './power.ts';
import type { Refinement } from './refinement.ts';
import type { MachineScope } from './scope-parts.ts';

/** What follows the calls as they are made. */
interface Followers {
  readonly spec: TransitionSystem;
  readonly binder: Binder;
  readonly declassification: Declassification;
  readonly lockstep: Lockstep;
  readonly power: Power;
  readonly refinement: Refinement;
  readonly state: State;
  readonly uses: PageUses;
  readonly symmetry: VmSymmetry;
}

/** Make the calls, and give the entries of the VMs that they reserve. */
export function prepare(scope: MachineScope, followers: Followers): readonly number[] {
  const { spec, binder, declassification, lockstep, power, refinement, state, uses, symmetry } = followers;
  const reserved: number[] = [];
  for (const written of scope.prelude) {
    const call = readCall(spec, written);
    const one = binder.bind(call, 0, 0);
    declassification.begin(one);
    refinement.begin(one);
    lockstep.answer(one);
    declassification.end(one);
    power.end(one);
    refinement.read();
    const wrong = refinement.check([one]) ?? (one.answer?.kind === 'done' ? undefined : { statement: 'it is refused' });
    if (wrong !== undefined) throw new Error(`unreachable: ${scope.name} cannot ${call.call}: ${wrong.statement}`);
    uses.note(one.rule, one.args, state, done);
    refinement.follow();
    if (one.rule.rule.answer === 'vm' && one.answer?.kind === 'done') {
      reserved.push(one.answer.answer);
      symmetry.reserve(one.answer.answer);
    }
  }
  declassification.keep();
  power.keep();
  return reserved;
}
