/** Linux pKVM with two CPUs as a target: a scene is made once, and every pair of calls starts from it. */
import { createHash } from 'node:crypto';
import type { EventTargetDescription, Pair, PairEnding, PairTarget, Question, Step } from '../../../spec/target.ts';
import type { Answer, TranscriptHeader } from '../../../spec/transcript.ts';
import { TargetProblem } from '../../problem.ts';
import type { Installed } from '../installed.ts';
import { entryBytes, pageStatesOf } from '../pages.ts';
import { placePages, placesOf } from '../placing.ts';
import { panicOf } from '../panic.ts';
import { pieces } from '../guest-steps.ts';
import { callsOn, readAnswer, requestFor } from '../protocol.ts';
import type { Places } from '../asking.ts';
import { linearMap, prepare } from './calls.ts';
import type { Prepared } from './calls.ts';
import { Machine } from './machine.ts';
import { Image, pageBytes, rangesOf } from './memory.ts';
import type { Range } from './memory.ts';
import { Course } from './course.ts';
import { contended, momentsIn, touchedIn } from './trace.ts';
import type { Trace } from './trace.ts';
import { VcpuLayout } from './vcpu-layout.ts';

/** How long the machine may go on without a stop. */
const defaultSeconds = 20;
/** Where the guest's code is about to leave, to load and to store (see guest/stub.S). */
const guestPoints = [pieces.call, pieces.load, pieces.store].map(BigInt);

/** How often a call may come by places that the other touches too; beyond it both stop only where they synchronise. */
const mostStops = 1000;

/** What a scene consists of once it is made. */
interface Scene {
  readonly header: TranscriptHeader;
  readonly pages: ReadonlyMap<string, bigint>;
  readonly own: readonly Range[];
  readonly guestPoints: readonly bigint[];
  /** The table of page states before the prelude. */
  readonly before: Buffer;
}

export class TwoCpus implements PairTarget {
  private readonly installed: Installed;
  private readonly seconds: number;
  private machine: Machine | undefined;
  private scene: Scene | undefined;
  private start: Image | undefined;
  private courses: readonly [Course, Course] | undefined;
  private readonly prepared = new Map<string, Prepared>();
  private readonly traces = new Map<string, Promise<Trace>>();
  private points: ReadonlySet<bigint> = new Set();
  /** What the pair contends for. */
  private cells: readonly Range[] = [];

  constructor(installed: Installed, options: { readonly seconds?: number } = {}) {
    this.installed = installed;
    this.seconds = options.seconds ?? defaultSeconds;
  }

  async describe(): Promise<EventTargetDescription> {
    const { target, profile, sizes, features, hostFields } = this.installed.features;
    return { target, profile, sizes, features, hostFields, calls: callsOn(this.installed.features) };
  }

  async open(
    header: TranscriptHeader,
    prelude: readonly Question[],
    later: readonly Question[],
  ): Promise<readonly Answer[]> {
    await this.close();
    const machine = (this.machine = await Machine.boot(this.installed, this.seconds));
    const ask = async (lines: readonly string[]): Promise<string[]> => {
      const answers: string[] = [];
      for (const line of lines) answers.push(await machine.ask(line, machine.passing(0)));
      return answers;
    };
    const { features } = this.installed;
    const pages = await placePages(header, { ...features.memory, carveout: machine.carveout }, ask);
    const places = placesOf(features.calls, pages, header.guestStubGfn);
    const before = this.table();
    const answers: Answer[] = [];
    for (const question of prelude) answers.push(await this.make(question, places));
    const layout = await this.layoutFor(prelude, places);
    const own = rangesOf(namedPages(header, pages));
    for (const question of later) {
      const key = keyOf(question);
      if (!this.prepared.has(key)) this.prepared.set(key, await prepare(question, { machine, places, own, layout }));
    }
    this.scene = { header, pages, own, before, guestPoints: guestPointsAt(places.codeGfn) };
    await machine.park();
    const all = [...machine.ownPages(), ...carved(machine)].filter((page) => !machine.code.pages.has(page));
    this.start = new Image(machine.memory, [...rangesOf(all), ...own]);
    return answers;
  }

  private get opened(): { machine: Machine; scene: Scene; start: Image } {
    const { machine, scene, start } = this;
    if (machine && scene && start) return { machine, scene, start };
    throw new TargetProblem('linux-pkvm was asked before it was opened');
  }

  /** A call made to its end on its CPU, with nobody beside it. */
  private async make(question: Question, places: Places): Promise<Answer> {
    const machine = this.machine as Machine;
    const request = requestFor(question, places);
    return readAnswer(request, await machine.ask(request.line, machine.passing(question.cpu ?? 0)));
  }

  /** Found by the first guest that the prelude runs, for it will run there again. */
  private async layoutFor(prelude: readonly Question[], places: Places): Promise<VcpuLayout | undefined> {
    const machine = this.machine as Machine;
    const run = prelude.find(({ op }) => op.startsWith('guest_'));
    if (run === undefined) return undefined;
    const { handle = 0, vcpu = 0 } = run.args;
    const { line } = requestFor({ op: 'guest_hyp_meminfo', args: { handle, vcpu } }, places);
    const bytes = (this.installed.features.sizes?.['vcpuPages'] ?? 1) * pageBytes;
    const words = line.split(' ').slice(0, -2).join(' ');
    const linear = await linearMap(machine, BigInt(this.installed.features.memory.firstPage));
    return VcpuLayout.find(machine, words, bytes, linear, (call) => machine.passing(run.cpu ?? 0)(call, 0));
  }

  private ready(question: Question): Prepared {
    const prepared = this.prepared.get(keyOf(question));
    if (prepared === undefined) throw new Error(`unreachable: ${question.op} was not made ready`);
    return prepared;
  }

  async begin(pair: Pair, steps: 'short' | 'long' = 'short'): Promise<Step | undefined> {
    const traces = await this.tracesOf(pair);
    if ('progress' in traces) return traces;
    await this.setPoints(traces, steps);
    await this.rewind();
    this.courses = [await this.course(pair[0], 0), await this.course(pair[1], 1)];
    return undefined;
  }

  /** What each CPU touches when it makes its calls alone; a step if the machine is lost there. */
  private async tracesOf(pair: Pair): Promise<readonly [Trace, Trace] | Step> {
    const traces: Trace[] = [];
    for (const cpu of [0, 1] as const) {
      try {
        traces.push(await this.trace(pair[cpu], cpu));
      } catch (error) {
        return this.lost(cpu, error);
      }
    }
    return traces as [Trace, Trace];
  }

  private course(questions: readonly Question[], cpu: number): Promise<Course> {
    const calls = questions.map((question) => this.ready(question));
    return Course.begin(this.opened.machine, cpu, calls);
  }

  private async rewind(): Promise<void> {
    const { machine, start } = this.opened;
    start.restore();
    await machine.debugger.flushTranslations();
  }

  private trace(questions: readonly Question[], cpu: number): Promise<Trace> {
    return remembered(this.traces, `${cpu} ${questions.map(keyOf).join(' ')}`, async () => {
      await this.rewind();
      const { machine } = this.opened;
      await this.stopAt(new Set());
      const course = await this.course(questions, cpu);
      const { log, isWhole } = await machine.noted(() => course.toEnd());
      // why: the tables of the hypervisor are read as they were when the call began.
      await this.rewind();
      return { touched: touchedIn(momentsIn(log), machine), isWhole };
    });
  }

  /**
   * Where the CPUs stop: wherever they synchronise or touch the same places, but for what a call touches by itself, and
   * the other does not. In long steps, only where they may wait.
   */
  private async setPoints(traces: readonly [Trace, Trace], steps: 'short' | 'long'): Promise<void> {
    const { machine, scene } = this.opened;
    const { points, cells } = contended(...traces);
    this.cells = cells;
    const stops = traces.map(({ touched }) => touched.filter(({ at }) => points.has(at)).length);
    const both = Math.max(...stops) > mostStops ? new Set<bigint>() : points;
    const isKnown = traces.every(({ isWhole }) => isWhole);
    const passed = isKnown ? traces.flatMap(({ touched }) => touched.map(({ at }) => at)) : [];
    const alone = new Set(passed.filter((at) => !points.has(at)));
    const all = [...machine.code.points().filter((point) => !alone.has(point)), ...both, ...scene.guestPoints];
    await this.stopAt(new Set(steps === 'short' ? all : all.filter((point) => machine.code.mayWaitAt(point))));
  }

  private async stopAt(wanted: ReadonlySet<bigint>): Promise<void> {
    const stub = this.opened.machine.debugger;
    for (const point of this.points) if (!wanted.has(point)) await stub.unbreak(point);
    for (const point of wanted) if (!this.points.has(point)) await stub.breakAt(point);
    this.points = wanted;
  }

  private get running(): readonly [Course, Course] {
    if (this.courses) return this.courses;
    throw new TargetProblem('no pair of calls was begun');
  }

  async go(cpu: number): Promise<Step> {
    return (this.running[cpu] as Course).go().catch((error: unknown) => this.lost(cpu, error));
  }

  async leap(cpu: number, steps: readonly Step[]): Promise<Step | undefined> {
    const course = this.running[cpu] as Course;
    return course.leap(steps).then(
      () => undefined,
      (error: unknown) => this.lost(cpu, error),
    );
  }

  private lost(cpu: number, error: unknown): Step {
    return { cpu, progress: 'lost', at: this.lastWords(error) };
  }

  /** What is known of a machine that is lost. */
  private lastWords(error: unknown): string {
    if (!(error instanceof TargetProblem)) throw error;
    const stops = panicOf(this.opened.machine.death(error));
    return `${stops.panic}: ${stops.message}`;
  }

  async ending(): Promise<PairEnding> {
    const { machine, scene } = this.opened;
    const [one, other] = this.running;
    const answers = [one.answers, other.answers] as const;
    const { firstPage } = machine.table;
    const states = pageStatesOf({ before: scene.before, now: this.table(), firstPage }, scene.header, scene.pages);
    const hash = createHash('sha256').update(JSON.stringify([answers, states]));
    for (const range of [...scene.own, ...this.cells]) hash.update(machine.memory.read(range));
    return { answers, states, key: hash.digest('hex') };
  }

  async after(questions: readonly Question[]): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    await this.stopAt(new Set());
    for (const question of questions) {
      try {
        const course = await this.course([question], question.cpu ?? 0);
        await course.toEnd();
        answers.push(...course.answers);
      } catch (error) {
        return [...answers, { panic: this.lastWords(error) }];
      }
    }
    return answers;
  }

  private table(): Buffer {
    const { table, memory } = this.machine as Machine;
    return memory.read({ address: table.address, bytes: table.pages * entryBytes });
  }

  async close(): Promise<void> {
    const { machine } = this;
    this.machine = undefined;
    this.scene = this.start = this.courses = undefined;
    this.prepared.clear();
    this.traces.clear();
    this.points = new Set();
    await machine?.stop();
  }
}

/** The same for the same call, on whichever CPU. */
const keyOf = ({ op, args }: Question): string => JSON.stringify([op, args]);

function remembered<V>(known: Map<string, Promise<V>>, key: string, make: () => Promise<V>): Promise<V> {
  const made = known.get(key) ?? make();
  known.set(key, made);
  return made;
}

const guestPointsAt = (codeGfn: number): bigint[] =>
  guestPoints.map((offset) => BigInt(codeGfn) * BigInt(pageBytes) + offset);

const carved = ({ carveout: { firstPage, pages } }: Machine): number[] =>
  Array.from({ length: pages }, (_, i) => firstPage + i);

function namedPages({ specialPages }: TranscriptHeader, pages: ReadonlyMap<string, bigint>): number[] {
  return [...pages].filter(([name]) => !(name in specialPages)).map(([_, page]) => Number(page));
}
