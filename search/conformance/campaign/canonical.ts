/** Plainer words for a sequence of calls: what it names is named anew, in order of appearance. */
import type { Question } from '../../../spec/target.ts';
import type { Answer, Scalar } from '../../../spec/transcript.ts';
import { codeGfn, nearGfns } from './scope.ts';

interface Asked {
  readonly questions: readonly Question[];
  readonly answers: readonly Answer[];
}

/** Another wording of a sequence, or nothing where it would be the same. */
export type Rewording = (asked: Asked) => readonly Question[] | undefined;

/** Things of which one is as good as another: what an argument names of them, and how it reads with the n-th. */
interface Kind {
  readonly key: (name: string, value: Scalar) => string | undefined;
  readonly write: (value: Scalar, index: number) => Scalar;
}

const single = (letter: string): Kind => ({
  key: (_, value) => (new RegExp(`^${letter}\\d+$`).test(String(value)) ? String(value) : undefined),
  write: (_, index) => `${letter}${index}`,
});
const memoryOfVms: Kind = {
  key: (_, value) => /^(?:KVM|HVM|PGD|VCPU|HVCPU|MC)(\d+)/.exec(String(value))?.[1],
  write: (value, index) => String(value).replace(/\d+/, String(index)),
};
const frames: Kind = {
  key: (name, value) =>
    name === 'gfn' && value !== codeGfn && nearGfns.includes(Number(value)) ? String(value) : undefined,
  write: (_, index) => nearGfns[index] ?? 0,
};
const kinds = [single('P'), single('C'), memoryOfVms, frames];

type Arg = Question['args'][string];
const isScalar = (value: Arg): value is Scalar => typeof value !== 'object' || value === null;

const withArgs = ({ op, args }: Question, change: (name: string, value: Scalar) => Scalar): Question => ({
  op,
  args: Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, isScalar(value) ? change(name, value) : value]),
  ),
});

const changed = (before: readonly Question[], after: readonly Question[]): readonly Question[] | undefined =>
  JSON.stringify(before) === JSON.stringify(after) ? undefined : after;

const inOrder =
  ({ key, write }: Kind): Rewording =>
  ({ questions }) => {
    const order: string[] = [];
    const change = (name: string, value: Scalar): Scalar => {
      const named = key(name, value);
      if (named === undefined) return value;
      if (!order.includes(named)) order.push(named);
      return write(value, order.indexOf(named));
    };
    return changed(
      questions,
      questions.map((question) => withArgs(question, change)),
    );
  };

/** A reservation that nobody uses is left out, and the handles above it are one less. */
const unreserved =
  (at: number): Rewording =>
  ({ questions, answers }) => {
    const handle = answers[at]?.['ret'];
    if (questions[at]?.op !== 'reserve_vm' || typeof handle !== 'number' || at === questions.length - 1)
      return undefined;
    const lower = (name: string, value: Scalar): Scalar =>
      name === 'handle' && typeof value === 'number' && value > handle ? value - 1 : value;
    return [...questions.slice(0, at), ...questions.slice(at + 1).map((question) => withArgs(question, lower))];
  };

/** What an argument is where it does not matter. */
const usual: Readonly<Record<string, Scalar>> = { value: '0x1', offset: 0, prot: 15, nr: 1, vcpu: 0, nrVcpus: 1 };

const plainArgument =
  (at: number, wanted: string): Rewording =>
  ({ questions }) => {
    const plain = (name: string, value: Scalar): Scalar => {
      if (name !== wanted) return value;
      return name === 'first' ? String(value).replace(/\+\d+$/, '+0') : (usual[name] ?? value);
    };
    return changed(
      questions,
      questions.map((question, i) => (i === at ? withArgs(question, plain) : question)),
    );
  };

/** Whatever can be tried with a sequence of so many calls, in this order. */
export function rewordings(length: number): Rewording[] {
  const calls = Array.from({ length }, (_, i) => length - 1 - i);
  const names = ['first', ...Object.keys(usual)];
  return [
    ...calls.map(unreserved),
    ...kinds.map(inOrder),
    ...calls.flatMap((at) => names.map((name) => plainArgument(at, name))),
  ];
}

/** The same with the last call about each of the other pages that calls are about, at its own frame or at a plain one. */
export function withOtherPages(questions: readonly Question[]): (readonly Question[])[] {
  const last = questions.at(-1);
  if (last?.args['page'] === undefined) return [];
  const { op, args } = last;
  const pages = new Set(questions.map((question) => question.args['page']));
  const gfns = new Set([args['gfn'], nearGfns[0]]);
  return [...pages].flatMap((page) =>
    [...gfns].map((gfn) => {
      const other = {
        ...args,
        ...(page !== undefined && { page }),
        ...('gfn' in args && gfn !== undefined && { gfn }),
      };
      return [...questions.slice(0, -1), { op, args: other }];
    }),
  );
}
