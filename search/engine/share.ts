/**
 * A share of the runs of a check. Runs are numbered, and each is drawn from the seed by its number alone: whoever makes
 * a share makes the same runs as one who makes them all.
 */
import * as fc from 'fast-check';

/** The runs whose number leaves `index` when it is divided by `count`. */
export interface Share {
  readonly index: number;
  readonly count: number;
}

export const everything: Share = { index: 0, count: 1 };

export const isIn = ({ index, count }: Share, number: number): boolean => number % count === index;

/** One of so many parts that make up a share together. */
export const partOf = ({ index, count }: Share, part: number, parts: number): Share => ({
  index: index + count * part,
  count: count * parts,
});

/** The runs of a property that belong to a share. The others are not drawn, and fail nothing. */
export class OwnRuns {
  /** The number of the run that is being made, or comes next. */
  at: number;
  private readonly share: Share;

  /** `first`: the number of the run with which fast-check begins. */
  constructor(share: Share, first = 0) {
    this.share = share;
    this.at = first;
  }

  /** None of its own runs may fail, for then fast-check would count the attempts to shrink it as runs. */
  ofAsync<T>(property: fc.IAsyncProperty<T>): fc.IAsyncProperty<T> {
    return { ...this.generating(property), isAsync: () => true, run: (value) => this.make(() => property.run(value)) };
  }

  of<T>(property: fc.IProperty<T>, run: (value: T) => ReturnType<fc.IProperty<T>['run']>): fc.IProperty<T> {
    return {
      ...this.generating(property),
      isAsync: () => false,
      run: (value) => {
        const result = isIn(this.share, this.at) ? run(value) : null;
        this.at++;
        return result;
      },
    };
  }

  private async make<R>(run: () => Promise<R>): Promise<R | null> {
    const result = isIn(this.share, this.at) ? await run() : null;
    this.at++;
    return result;
  }

  private generating<T, A extends boolean>(
    property: fc.IRawProperty<T, A>,
  ): Pick<fc.IRawProperty<T, A>, 'generate' | 'shrink' | 'runBeforeEach' | 'runAfterEach'> {
    return {
      generate: (random, runId) =>
        isIn(this.share, this.at) ? property.generate(random, runId) : new fc.Value(undefined as T, undefined),
      shrink: (value) => property.shrink(value),
      runBeforeEach: () => property.runBeforeEach(),
      runAfterEach: () => property.runAfterEach(),
    };
  }
}
