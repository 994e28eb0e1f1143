/** Canonical words for a sequence of questions: what it names is named anew, in order of appearance. */
import type { Question } from '../../../spec/target.ts';
import type { Scalar } from '../../../spec/transcript.ts';
import { firstHandle } from '../calls.ts';
import type { Part } from './sequence.ts';
import { codeGfn, codePages, dataPages, nearGfns, pageGfns } from './scope.ts';
import { upperNames, withoutUpper } from './upper.ts';

type Parts = readonly Part[];
/** Another wording of a sequence; the same where there is nothing to change. */
type Rewording = (parts: Parts) => Parts;

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
/** As far as one VM is enough. */
const memoryOfOneVm: Kind = { ...memoryOfVms, write: (value) => memoryOfVms.write(value, 0) };
const frames: Kind = {
  key: (name, value) =>
    name === 'gfn' && value !== codeGfn && nearGfns.includes(Number(value)) ? String(value) : undefined,
  write: (_, index) => nearGfns[index] ?? 0,
};
/** Handles that the hypervisor gave out are put right when they are asked for. */
const handles: Kind = {
  key: (name, value) => (name === 'handle' ? String(value) : undefined),
  write: (_, index) => firstHandle + index,
};
const kinds = [single('P'), single('C'), memoryOfVms, memoryOfOneVm, frames, handles];

type Arg = Question['args'][string];
const isScalar = (value: Arg): value is Scalar => typeof value !== 'object' || value === null;

function withArgs(part: Part, change: (name: string, value: Scalar) => Scalar): Part {
  const { op, args } = part.question;
  const changed = Object.entries(args).map(([name, value]) => [name, isScalar(value) ? change(name, value) : value]);
  return { ...part, question: { op, args: Object.fromEntries(changed) as Question['args'] } };
}

const inOrder =
  ({ key, write }: Kind): Rewording =>
  (parts) => {
    const order: string[] = [];
    const change = (name: string, value: Scalar): Scalar => {
      const named = key(name, value);
      if (named === undefined) return value;
      if (!order.includes(named)) order.push(named);
      return write(value, order.indexOf(named));
    };
    return parts.map((part) => withArgs(part, change));
  };

/** What an argument is where it does not matter. */
const usual: Readonly<Record<string, Scalar>> = { value: '0x1', offset: 0, prot: 15, nr: 1, vcpu: 0, nrVcpus: 1 };

const canonicalArgument =
  (at: number, wanted: string): Rewording =>
  (parts) => {
    const canonical = (name: string, value: Scalar): Scalar => {
      if (name !== wanted) return value;
      return name === 'first' ? String(value).replace(/\+\d+$/, '+0') : (usual[name] ?? value);
    };
    return parts.map((part, i) => (i === at ? withArgs(part, canonical) : part));
  };

/** A data page that nothing else names, in the place of what a call only uses as one. */
const plainPage =
  (at: number): Rewording =>
  (parts) => {
    const free = dataPages.find((page) => !parts.some(({ question }) => question.args['page'] === page));
    const plain = (name: string, value: Scalar): Scalar =>
      name === 'page' && memoryOfVms.key(name, value) !== undefined ? (free ?? value) : value;
    return parts.map((part, i) => (i === at ? withArgs(part, plain) : part));
  };

/** The same argument in all calls: what is written is read at the same place. */
const canonicalEverywhere =
  (wanted: string): Rewording =>
  (parts) =>
    parts.map((part) => withArgs(part, (name, value) => (name === wanted ? (usual[name] ?? value) : value)));

/** Nothing above the arguments of calls. */
const plainRegisters =
  (isMeant: (at: number) => boolean, names = upperNames): Rewording =>
  (parts) =>
    parts.map((part, i) => (isMeant(i) ? { ...part, question: withoutUpper(part.question, names) } : part));

/** Whatever can be tried with a sequence of so many parts, in this order. */
export function rewordings(length: number): Rewording[] {
  const parts = Array.from({ length }, (_, i) => length - 1 - i);
  const names = ['first', ...Object.keys(usual)];
  const everywhere = ['offset', 'value'].map(canonicalEverywhere);
  return [
    plainRegisters(() => true),
    ...parts.flatMap((at) => upperNames.map((name) => plainRegisters((i) => i === at, [name]))),
    ...parts.map(plainPage),
    ...kinds.map(inOrder),
    ...everywhere,
    ...parts.flatMap((at) => names.map((name) => canonicalArgument(at, name))),
  ];
}

/**
 * The same with the last call about each of the other pages that calls are about, at its own frame or at a plain one.
 */
export function withOtherPages(parts: Parts): Parts[] {
  const last = parts.at(-1);
  if (last?.question.args['page'] === undefined) return [];
  const { op, args } = last.question;
  const pages = new Set(parts.flatMap(({ question }) => question.args['page'] ?? []));
  const gfns = new Set([args['gfn'], nearGfns[0]]);
  return [...pages].flatMap((page) =>
    [...gfns].map((gfn) => {
      const other = { ...args, page, ...('gfn' in args && gfn !== undefined && { gfn }) };
      return [...parts.slice(0, -1), { ...last, question: { op, args: other } }];
    }),
  );
}

/** The same with plain pages at a plain frame in the place of code. */
export const withoutCode = (parts: Parts): Parts =>
  parts.map((part) =>
    withArgs(part, (name, value) => {
      if (name === 'gfn' && value === codeGfn) return pageGfns[0];
      return name === 'page' && codePages.includes(String(value)) ? (dataPages[0] ?? value) : value;
    }),
  );

/** The same with what is said of one VM from a part on said of another one that was made before. */
export function withOtherVms(parts: Parts, from: number): Parts[] {
  const made = (some: Parts): number[] => some.flatMap(({ makes }) => makes ?? []);
  const earlier = made(parts.slice(0, from));
  const about = new Set(parts.slice(from).flatMap(({ of }) => of ?? []));
  return [...about].flatMap((one) =>
    earlier
      .filter((other) => other < one)
      .map((other) => parts.map((part, i) => (i >= from && part.of === one ? { ...part, of: other } : part))),
  );
}
