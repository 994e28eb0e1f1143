/**
 * The arbitrary behind every search: fast-check draws a sequence through it, and shrinks by what the sequence means. A
 * subject says how its sequences are drawn and made smaller; there are four: rules, machine, evidence and targets.
 */
import * as fc from 'fast-check';

/** Which of these candidates still fails? The answer is the first that does, or nothing. */
export type Shrinking<V> = Generator<Iterable<V>, void, V | undefined>;

/** What sequences of one kind are drawn from, and how they are made smaller. */
export interface Subject<V extends object> {
  /** Draw one; the same state of `random` draws the same one. */
  draw(random: fc.Random): V;
  /** Whether a value that was not drawn here, such as one of a corpus, is a sequence of this kind. */
  accepts(value: unknown): value is V;
  /** Make one that fails smaller, asking which candidates still fail. */
  shrink(value: V): Shrinking<V>;
}

/** The course of one shrinking: fast-check tries the candidates one after the other, and each one that fails leads on. */
class Course<V extends object> {
  private readonly shrinking: Shrinking<V>;

  constructor(shrinking: Shrinking<V>) {
    this.shrinking = shrinking;
  }

  /** What is to be tried next, once this value has failed. The first value of all is no answer to any question. */
  *after(failed: V | undefined): IterableIterator<fc.Value<V>> {
    for (let step = this.shrinking.next(failed); step.done !== true; step = this.shrinking.next(undefined)) {
      for (const candidate of step.value) yield new fc.Value(candidate, this);
    }
  }
}

class Sequences<V extends object> extends fc.Arbitrary<V> {
  private readonly subject: Subject<V>;

  constructor(subject: Subject<V>) {
    super();
    this.subject = subject;
  }

  generate(random: fc.Random): fc.Value<V> {
    return new fc.Value(this.subject.draw(random), undefined);
  }

  canShrinkWithoutContext(value: unknown): value is V {
    return this.subject.accepts(value);
  }

  shrink(value: V, context: unknown): fc.Stream<fc.Value<V>> {
    if (context instanceof Course) return fc.stream((context as Course<V>).after(value));
    return fc.stream(new Course(this.subject.shrink(value)).after(undefined));
  }
}

/** Sequences of a subject, for `fc.property` and `fc.asyncProperty`. */
export const sequencesOf = <V extends object>(subject: Subject<V>): fc.Arbitrary<V> => new Sequences(subject);
