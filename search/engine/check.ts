/** A run of fast-check over drawn sequences: how long, from which seed, and what came of it. */
import * as fc from 'fast-check';

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
  /** True once the run is to end early. */
  readonly stopped?: () => boolean;
  /** Told now and then how many sequences have been tried. */
  readonly progress?: (runs: number) => void;
}

export interface Checked<V> {
  /** Sequences that were drawn and tried. */
  readonly runs: number;
  /** What fails, made as small as it gets, and the path that leads to it. */
  readonly failure: { readonly value: V; readonly path: string } | undefined;
  /** The whole report, as fast-check words it. */
  readonly report: string | undefined;
}

const mostRuns = 0x7fffffff;
/** Milliseconds after which signals and timers are let in. */
const breath = 50;

/** Try drawn sequences until one fails, the runs are made or the time is up. */
export async function check<V>(
  sequences: fc.Arbitrary<V>,
  holds: (value: V) => boolean | Promise<boolean>,
  options: CheckOptions<V>,
): Promise<Checked<V>> {
  const { seed, seconds, path, examples = [], verbose, stopped, progress } = options;
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
    return holds(value);
  });
  const details = await fc.check(property, {
    seed,
    numRuns: Math.max(1, Math.min(mostRuns, options.runs ?? mostRuns)),
    ...(seconds !== undefined && { interruptAfterTimeLimit: 1000 * seconds, markInterruptAsFailure: false }),
    ...(path !== undefined && { path }),
    ...(examples.length > 0 && { examples: examples.map((one): [V] => [one]) }),
    ...(verbose !== undefined && { verbose }),
    endOnFailure: options.shrinks === false,
  });
  const { numRuns } = details;
  return {
    runs: numRuns,
    failure:
      details.failed && details.counterexample !== null
        ? { value: details.counterexample[0], path: details.counterexamplePath }
        : undefined,
    report: fc.defaultReportMessage(details),
  };
}

/** Whether each of a finite list holds, tried in order through fast-check as its examples. */
export async function checkEach<V>(
  all: readonly V[],
  holds: (one: V) => boolean | Promise<boolean>,
  options: Omit<CheckOptions<V>, 'examples' | 'runs'>,
): Promise<Checked<V>> {
  if (all.length === 0) return { runs: 0, failure: undefined, report: undefined };
  return check(fc.noShrink(fc.constantFrom(...all)), holds, { ...options, examples: all, runs: all.length });
}
