/** Words about a guest that runs: fetching its code, reaching its frames, and what its last run left on record. */
import { none } from '../config.ts';
import { content, privateOf, publishedOf } from '../state.ts';
import { all, configNumber, either, equals, expression, labelled, not, term, value, when } from '../term.ts';
import type { Binding, Condition, Effect, Ref } from '../term.ts';
import { faultOf } from './vms.ts';
import { allows, isMapped, leaf, mappingOf, youth } from './stage2.ts';

const codeGfn = configNumber('the code', (config) => config.codeGfn);
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
  return expression(young.words, [young], (into) => (into.binding.config.hardwareAccessFlag ? 'true' : into.of(young)));
};
export const isFresh = canBeYoung;
export const codeFresh = <P extends string>(vm: Ref<P>): Condition<P> => ofCode(canBeYoung<P>(vm, codeGfn));
/** An access that goes through makes the mapping young. */
export const touch = <P extends string>(vm: Ref<P>, gfn: Ref<P>): Effect<P> => youth(vm, gfn).becomes(1);
export const touchCode = <P extends string>(vm: Ref<P>): Effect<P> =>
  labelled(
    touch<P>(vm, codeGfn).words,
    when<P>(not<never>(codeNotFollowed), when(codeExecutable(vm), touch<P>(vm, codeGfn))),
  );

/** The run starts with nothing on record; if the code cannot be fetched, its frame is. */
export const enter = <P extends string>(vcpu: Ref<P>, vm: Ref<P>): Effect<P> =>
  labelled(
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
  labelled(`${leaf(vm, gfn).words} is poisoned`, mappingOf(vm, gfn).is('POISON'));

const wordCell = (binding: Binding, page: number, word: number): number =>
  binding.layout.base.word + page * binding.config.words + word;

/**
 * The guest stores a word. In a configuration of symbols it is the VM's secret, unless someone else can see the page.
 */
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
    (binding) => {
      const readVm = v.compile(binding);
      const [readPage, readWord, readValue] = [p.compile(binding), w.compile(binding), x.compile(binding)];
      const isAlone = alone.compile(binding);
      const symbol = (slot: number, secret: boolean): number => (secret ? privateOf(slot) : publishedOf(slot));
      return (state, args) => {
        const written = binding.config.symbolic
          ? symbol(readVm(state, args), isAlone(state, args))
          : readValue(state, args);
        state.set(wordCell(binding, readPage(state, args), readWord(state, args)), written);
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
    (binding) => {
      const [readVm, readPage] = [v.compile(binding), p.compile(binding)];
      return (state, args) => {
        if (!binding.config.symbolic) return;
        const slot = readVm(state, args);
        for (let word = 0; word < binding.config.words; word++) {
          const at = wordCell(binding, readPage(state, args), word);
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
    (binding) => {
      const read = p.compile(binding);
      return (state, args) => {
        for (let word = 0; word < binding.config.codeWords; word++) {
          state.set(wordCell(binding, read(state, args), word), content.code);
        }
      };
    },
    { writes: ['word'] },
  );
};
