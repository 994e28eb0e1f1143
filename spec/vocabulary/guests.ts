/** Words about a guest that runs: fetching its code, reaching its frames, and what its last run left on record. */
import { content, none, privateOf, publishedOf } from '../state.ts';
import { all, either, equals, expression, not, said, term, value, when, worldNumber } from '../term.ts';
import type { Condition, Effect, Ref, Scope } from '../term.ts';
import { faultOf } from './vms.ts';
import { allows, isMapped, leaf, mappingOf, youth } from './stage2.ts';

const codeGfn = worldNumber('the code', (world) => world.codeGfn);
const codeNotFollowed: Condition<never> = {
  ...equals<never>(codeGfn, none),
  words: 'code is not followed',
};
const ofCode = <P extends string>(condition: Condition<P>): Condition<P> => ({
  ...either<P>(codeNotFollowed, condition),
  words: condition.words,
});
/** The guest's code can be fetched. */
export const codeMapped = <P extends string>(vm: Ref<P>): Condition<P> => ofCode(isMapped<P>(vm, codeGfn));
export const codeExecutable = <P extends string>(vm: Ref<P>): Condition<P> => ofCode(allows<P>(vm, codeGfn, 'PX'));

/** An access may use the mapping as it is: it is young, or the machine makes it so by itself. */
const canBeYoung = <P extends string>(vm: Ref<P>, gfn: Ref<P>): Condition<P> => {
  const young = youth(vm, gfn).is(1);
  return expression(young.words, [young], (into) => (into.scope.world.hardwareAccessFlag ? 'true' : into.of(young)));
};
export const isFresh = canBeYoung;
export const codeFresh = <P extends string>(vm: Ref<P>): Condition<P> => ofCode(canBeYoung<P>(vm, codeGfn));
/** An access that goes through makes the mapping young. */
export const touch = <P extends string>(vm: Ref<P>, gfn: Ref<P>): Effect<P> => youth(vm, gfn).becomes(1);
export const touchCode = <P extends string>(vm: Ref<P>): Effect<P> =>
  said(
    touch<P>(vm, codeGfn).words,
    when<P>(not<never>(codeNotFollowed), when(codeExecutable(vm), touch<P>(vm, codeGfn))),
  );

/** The run starts with nothing on record; if the code cannot be fetched, its frame is. */
export const enter = <P extends string>(vcpu: Ref<P>, vm: Ref<P>): Effect<P> =>
  said(
    `${faultOf(vcpu).value.words} becomes none, or the code if ${not(codeMapped(vm)).words}`,
    all(faultOf(vcpu).becomes(none), when(not(codeMapped(vm)), faultOf(vcpu).becomes(codeGfn))),
  );
/** A translation fault at the frame is put on record. */
export const recordFault = <P extends string>(vcpu: Ref<P>, vm: Ref<P>, gfn: Ref<P>): Effect<P> =>
  when(not(isMapped(vm, gfn)), faultOf(vcpu).becomes(value(gfn)));

/** The vCPU's last run ended in a translation fault. */
export const hasFault = <P extends string>(vcpu: Ref<P>): Condition<P> => ({
  ...faultOf(vcpu).isNot(none),
  words: `the last run of ${value(vcpu).words} ended in a translation fault`,
});
export const isPoisoned = <P extends string>(vm: Ref<P>, gfn: Ref<P>): Condition<P> =>
  said(`${leaf(vm, gfn).words} is poisoned`, mappingOf(vm, gfn).is('POISON'));

const wordCell = (scope: Scope, page: number, word: number): number =>
  scope.layout.base.word + page * scope.world.words + word;

/** The guest stores a word. In a world of symbols it is the VM's secret, unless someone else can see the page. */
export const store = <P extends string>(
  vm: Ref<P>,
  gfn: Ref<P>,
  page: Ref<P>,
  word: Ref<P>,
  what: Ref<P>,
): Effect<P> => {
  const alone = mappingOf(vm, gfn).is('OWNED');
  const [v, p, w, x] = [value(vm), value(page), value(word), value(what)];
  return term(
    `content of ${p.words} becomes ${x.words}`,
    [alone, v, p, w, x],
    (scope) => {
      const readVm = v.compile(scope);
      const [readPage, readWord, readValue] = [p.compile(scope), w.compile(scope), x.compile(scope)];
      const isAlone = alone.compile(scope);
      const symbol = (slot: number, secret: boolean): number => (secret ? privateOf(slot) : publishedOf(slot));
      return (state, args) => {
        const written = scope.world.symbolic
          ? symbol(readVm(state, args), isAlone(state, args))
          : readValue(state, args);
        state.set(wordCell(scope, readPage(state, args), readWord(state, args)), written);
      };
    },
    { writes: ['word'] },
  );
};

/** What the VM wrote into the page is a secret no longer. */
export const publish = <P extends string>(vm: Ref<P>, page: Ref<P>): Effect<P> => {
  const [v, p] = [value(vm), value(page)];
  return term(
    `secrets in ${p.words} are shared`,
    [v, p],
    (scope) => {
      const [readVm, readPage] = [v.compile(scope), p.compile(scope)];
      return (state, args) => {
        if (!scope.world.symbolic) return;
        const slot = readVm(state, args);
        for (let word = 0; word < scope.world.words; word++) {
          const at = wordCell(scope, readPage(state, args), word);
          if (state.at(at) === privateOf(slot)) state.set(at, publishedOf(slot));
        }
      };
    },
    { writes: ['word'] },
  );
};

/** The host writes its code for the guest into a page. */
export const loadCode = <P extends string>(page: Ref<P>): Effect<P> => {
  const p = value(page);
  return term(
    `${p.words} holds the guest's code`,
    [p],
    (scope) => {
      const read = p.compile(scope);
      return (state, args) => {
        for (let word = 0; word < scope.world.codeWords; word++) {
          state.set(wordCell(scope, read(state, args), word), content.code);
        }
      };
    },
    { writes: ['word'] },
  );
};
