/** A rule's guards and two laws as compiled from their terms, beside the same by hand, over the steps of one walk. */
import { allProperties } from '../../properties/chapters.ts';
import { CountedGhost } from '../../properties/ghost-counting.ts';
import { isLaw, Step } from '../../properties/property.ts';
import type { Law } from '../../properties/property.ts';
import { running, runningStep } from '../../properties/running.ts';
import { View } from '../../properties/view.ts';
import { Generator as Drawn } from '../../search/generate/generator.ts';
import { Random } from '../../search/generate/random.ts';
import { allHold } from '../../search/judge/all-hold.ts';
import type { Test } from '../../search/judge/all-hold.ts';
import { Judge } from '../../search/judge/judge.ts';
import { begin, pages } from '../../search/scopes/linux.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { both, not } from '../../spec/language/build.ts';
import { compile } from '../../spec/language/compile.ts';
import { argsLength } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import type { State } from '../../spec/state.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { bindingOf, TransitionSystem } from '../../spec/transition-system.ts';
import { byHand } from './terms-by-hand.ts';
import { grouped, middle, rate } from './measure.ts';

const system = new TransitionSystem(linux73, pages.config);
const { layout, config } = system;
const hand = byHand(layout);

/** Asked of members of a step, as the judge asks. */
interface Row {
  readonly name: string;
  readonly members: number;
  readonly compiled: Test<Step, State>;
  readonly byHand: Test<Step, State>;
}

/** Steps of a walk, each with the states before and after it, from those states in which some VM owns a page. */
function someSteps(count: number): Step[] {
  const { state, ghost } = begin(system, pages);
  const judge = new Judge(system, state, [], ghost);
  const generator = new Drawn(system, new Random(5), pages.weights);
  const steps: Step[] = [];
  while (steps.length < count) {
    const args = new Int32Array(argsLength);
    const before = state.cells.slice();
    const ownsSome = judge.ghost.held.some((owning) => owning > 0);
    const rule = generator.next(state, args);
    const guard = system.apply(state, rule, args);
    judge.judge(rule, args, guard);
    if (!ownsSome) continue;
    const after = state.fork();
    const counted = new CountedGhost(layout);
    counted.copyFrom(judge.ghost);
    const [was, now] = [new View(layout, before, counted), new View(layout, after.cells, counted)];
    steps.push(Object.assign(new Step(rule, args, after, was, now), { guard }));
  }
  return steps;
}

function lawOf(clause: ClauseId, kind: Law['kind']): Law {
  const law = allProperties(system).find((one) => one.clause === clause && one.kind === kind);
  if (law === undefined || !isLaw(law)) throw new Error(`unreachable: no such law of ${clause}`);
  return law;
}

/** That one of the guards refuses, whatever the arguments. */
function guards(): Row {
  const { rule } = system.rule('unshare_guest');
  const conditions = rule.guards.flatMap((step) => (step.kind === 'must' ? [step.condition] : []));
  const run = compile(not(both(...conditions)), bindingOf(rule, layout));
  const [vms = [], gfns = [], counts = []] = Object.values(rule.parameters).map(({ values }) => values(config));
  const all = vms.flatMap((vm) => gfns.flatMap((gfn) => counts.map((count) => Int32Array.of(0, vm, gfn, count))));
  return {
    name: 'guards of unshare_guest',
    members: all.length,
    compiled: { holds: ({ state }, at) => run(state, all[at] as Args) },
    byHand: { holds: ({ state }, at) => !hand.unshares(state.cells, all[at] as Args) },
  };
}

function rows(): Row[] {
  const [wiped, owned] = [lawOf('MEM-WIPE', 'each'), lawOf('MEM-PRIVATE', 'always')];
  if (wiped.kind !== 'each' || owned.kind !== 'always') throw new Error('unreachable: they were asked for');
  const { holds } = running(owned, layout);
  return [
    guards(),
    {
      name: 'MEM-WIPE, of each page at a step',
      members: layout.size.host,
      // why: it asks the same at the steps of all calls.
      compiled: runningStep(wiped, system.rule('unshare_guest'), layout),
      byHand: { holds: ({ was, now }, page) => hand.comesBackWiped(was.cells, now.cells, page) },
    },
    {
      name: 'MEM-PRIVATE, of each mapping in a state',
      members: layout.size.mapping,
      compiled: { holds: ({ now, state }, mapping) => holds(now, mapping, state) },
      byHand: { holds: ({ now }, mapping) => hand.ownedIsPrivate(now, mapping) },
    },
  ];
}

/** How often all members of all steps can be asked in a second, times their number. */
function askRate(steps: readonly Step[], members: Int32Array, test: Test<Step, State>): number {
  const allAsked = allHold<Step, State>([test]);
  return rate((share) => {
    const rounds = Math.ceil((10_000_000 * share) / (steps.length * members.length));
    for (let round = 0; round < rounds; round++) {
      for (const step of steps) allAsked(step, members, members.length, step.state);
    }
    return rounds * steps.length * members.length;
  });
}

/** What the bench says of compiled terms, line by line. */
export function* compiledTerms(): Generator<string> {
  const steps = someSteps(500);
  yield 'asked per second of one core, terms beside the same by hand';
  for (const { name, members: count, compiled, byHand } of rows()) {
    const members = Int32Array.from({ length: count }, (_, i) => i);
    for (const step of steps) {
      const differs = members.find((i) => compiled.holds(step, i, step.state) !== byHand.holds(step, i, step.state));
      if (differs !== undefined) throw new Error(`unreachable: by hand, ${name} says something else of ${differs}`);
    }
    const turns = Array.from({ length: 7 }, () => [compiled, byHand].map((test) => askRate(steps, members, test)));
    const [ofTerms, ofHand] = [0, 1].map((which) =>
      middle(
        turns.map((turn) => turn[which] as number),
        0.5,
      ),
    );
    const ratio = middle(
      turns.map(([one = 0, other = 0]) => one / other),
      0.5,
    );
    yield `  ${name.padEnd(52)}${grouped(ofTerms as number).padStart(14)}   by hand ${grouped(ofHand as number)}, ${ratio.toFixed(3)} of it`;
  }
}
