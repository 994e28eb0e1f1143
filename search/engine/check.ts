/** A run of fast-check over drawn sequences: how long, from which seed, and what came of it. */
import * as fc from 'fast-check';
import { everything, OwnRuns } from './share.ts';
import type { Share } from './share.ts';

export interface CheckOptions<V> {
  readonly seed: number;
  /** Sequences that are drawn; without a number of them, until the time is up. */
  readonly runs?: number | undefined;
  readonly seconds?: number | undefined;
  /** Where in the run of this seed to begin: a path that an earlier failure has printed. */
  readonly path?: string | undefined;
  /** Sequences that are tried first. */
  readonly examples?: readonly V[];
  readonly verbose?: fc.VerbosityLevel;
  /** Whether a failure is to be made smaller; it is where nothing is said. */
  readonly shrinks?: boolean;
  /** The runs that are made, by their numbers; all where nothing is said. In a share none may fail. */
  readonly share?: Share;
  /** True once the run is to end early. */
  readonly stopped?: () => boolean;
  /** Told now and then how many sequences have been tried. */
  readonly progress?: (runs: number) => void;
}

export interface Checked<V> {
  /** Sequences that were drawn and tried. */
  readonly runs: number;
  /** What fails, made as small as it gets, the path that leads to it, and what was thrown, if anything was. */
  readonly failure: { readonly value: V; readonly path: string; readonly error: unknown } | undefined;
  /** The whole report, as fast-check words it: written where it is asked for, for it says every value that was tried. */
  readonly report: string | undefined;
}

const mostRuns = 0x7fffffff;
/** Milliseconds after which signals and timers are let in. */
const breath = 50;

/** Whether a value holds; it is told the number of the run, up to the first that fails. */
type Holds<V> = (value: V, run: number) => boolean | Promise<boolean>;

/** Try drawn sequences until one fails, the runs are made or the time is up. */
export async function check<V>(
  sequences: fc.Arbitrary<V>,
  holds: Holds<V>,
  options: CheckOptions<V>,
): Promise<Checked<V>> {
  const { seed, seconds, path, examples = [], verbose, stopped, progress, share = everything } = options;
  const own = new OwnRuns(share, path === undefined ? 0 : Number.parseInt(path, 10));
  let breathed = performance.now();
  let tried = 0;
  const property = fc.asyncProperty(sequences, async (value) => {
    if (performance.now() - breathed > breath) {
      progress?.(tried);
      await new Promise(setImmediate);
      breathed = performance.now();
    }
    // The way in which fast-check's own limits end a run.
    if (stopped?.() === true) throw new fc.PreconditionFailure(true);
    tried++;
    return holds(value, own.at);
  });
  const details = await fc.check(own.ofAsync(property), {
    seed,
    numRuns: Math.max(1, Math.min(mostRuns, options.runs ?? mostRuns)),
    // oxlint-disable-next-line typescript/no-deprecated -- the plugin in its place has a type that fits no property
    ...(seconds !== undefined && { interruptAfterTimeLimit: 1000 * seconds, markInterruptAsFailure: false }),
    ...(path !== undefined && { path }),
    ...(examples.length > 0 && { examples: examples.map((one): [V] => [one]) }),
    ...(verbose !== undefined && { verbose }),
    endOnFailure: options.shrinks === false,
  });
  return {
    runs: share.count === 1 ? details.numRuns : tried,
    failure:
      details.failed && details.counterexample !== null
        ? { value: details.counterexample[0], path: details.counterexamplePath, error: details.errorInstance }
        : undefined,
    get report() {
      return fc.defaultReportMessage(details);
    },
  };
}

/** Make all runs of a share and look at each, whatever is seen. Gives how many that were; throws what `look` throws. */
export async function checkAll<V>(
  sequences: fc.Arbitrary<V>,
  look: (value: V, run: number) => void | Promise<void>,
  options: Omit<CheckOptions<V>, 'shrinks'>,
): Promise<number> {
  const holds = async (value: V, run: number): Promise<boolean> => {
    await look(value, run);
    return true;
  };
  const { runs, failure } = await check(sequences, holds, { ...options, shrinks: false });
  if (failure !== undefined) throw failure.error;
  return runs;
}

/** Whether each of a finite list holds, tried in order through fast-check as its examples. */
export async function checkEach<V>(
  all: readonly V[],
  holds: Holds<V>,
  options: Omit<CheckOptions<V>, 'examples' | 'runs'>,
): Promise<Checked<V>> {
  if (all.length === 0) return { runs: 0, failure: undefined, report: undefined };
  return check(fc.noShrink(fc.constantFrom(...all)), holds, { ...options, examples: all, runs: all.length });
}
