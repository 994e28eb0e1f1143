/** A hypervisor of one's own, held against the spec: it borrows pages of the host, and one of its checks is missing. */
import fc from 'fast-check';
import { TransitionSystem, bare, linux73, sequences, trace } from 'pvm-spec';
import type { Config, Target, TargetAnswer, TargetCall } from 'pvm-spec';
import { lacks, profile } from 'pvm-spec/spec';

const done: TargetAnswer = { kind: 'done', answer: 0 };
const refused = (error: 'EINVAL' | 'EPERM'): TargetAnswer => ({ kind: 'refused', error });

class Tiny implements Target {
  private pages: Config['pages'] = [];
  private readonly shared = new Set<number>();

  readonly calls = ['host_share_hyp', 'host_unshare_hyp'];
  describe = async () => ({ name: 'tiny', profile: 'linux-7.3', calls: this.calls, facts: {} });
  open = async ({ pages }: Config) => {
    this.pages = pages;
    this.shared.clear();
  };
  answer = async ({ call, args }: TargetCall): Promise<TargetAnswer> => {
    const page = this.pages[args['page'] ?? 0];
    if (page === undefined || page.kind === 'wrapping') return refused('EINVAL');
    if (page.kind !== 'memory') return refused('EPERM');
    if (call === 'host_unshare_hyp') return this.shared.delete(page.of) ? done : refused('EPERM');
    this.shared.add(page.of); // The fault: a page that is shared already is shared once more.
    return done;
  };
  close = async () => undefined;
}

const tiny = new Tiny();
const others = [...linux73.rules.keys()].filter((call) => !tiny.calls.includes(call));
const system = new TransitionSystem(profile('tiny', linux73, [lacks(...others)]), bare.config);

const answersAsSpecified = fc.asyncProperty(sequences(system, bare), async ({ calls }) => {
  await tiny.open(bare.config);
  for (const {
    call: { call, cpu, args },
    outcome,
  } of trace(system, bare, calls)) {
    const named = Object.fromEntries(system.rule(call).names.map((name, i) => [name, args[i] ?? 0]));
    const answer = await tiny.answer({ call, cpu, args: named });
    const got = answer.kind === 'refused' ? answer.error : answer.kind;
    if (outcome.kind === 'done' ? got === 'done' : got === outcome.error) continue;
    const expected = outcome.kind === 'done' ? 'done' : `${outcome.error} (${outcome.clause})`;
    throw new Error(`${call} was answered ${got}, and the spec says ${expected}`);
  }
});
await fc.assert(answersAsSpecified, { seed: 1 });
