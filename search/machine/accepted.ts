/** In what the machine may differ from the specification's state. */
import { notFollowed } from '../../model/abstraction.ts';
import { content, pageStates } from '../../spec/fields.ts';
import type { Layout } from '../../spec/state.ts';

/** What is not compared, or not by that call, and why. @public */
export const acceptedDifferences: readonly { readonly what: string; readonly why: string }[] = [
  { what: 'link', why: 'a link is a word of the host’s own memory; what follows from it is seen when a page is taken' },
  {
    what: 'word',
    why: 'the first word of a page on a list holds a link, which the abstract state does not have as a word',
  },
  {
    what: 'spare pages of a VM that ends',
    why: 'pages that were only kept for tables, and never became one, come back with the host’s own bytes in them',
  },
  { what: 'owner', why: 'the host’s table notes the owner of a page only while the host does not reach the page' },
  { what: 'listTop', why: 'an empty list begins nowhere, whatever its descriptor still says' },
  {
    what: 'several parts',
    why: 'a call that takes or gives pages one by one lets go of its locks in between; where another call overlaps with it, only what the machine shows is judged',
  },
  {
    what: 'offers while pages are taken',
    why: 'a call copies the host’s list, takes pages from it, and writes the copy back: what the host adds meanwhile is lost to the host alone',
  },
  {
    what: 'a vCPU that is switched on while it runs',
    why: 'it starts in one step and makes its call in another, and the rules have one step for both: where it switches itself off, or a third call comes in between, whoever asks is told what fits no order',
  },
  {
    what: 'a second vCPU that the host makes runnable, after the first was switched off',
    why: 'Linux 7.4 keeps which vCPU of a protected VM was the first, and refuses a second for good; the abstract state has only whether one is on',
  },
  {
    what: 'a stop of EL2 beside calls under way',
    why: 'what they had done so far stays, and they have no answer: only what the machine shows is judged',
  },
  {
    what: 'errors of share_guest for a block',
    why: 'the machine asks of each page in turn whether it is the host’s, whether a device uses it and whether its count can grow; the rules ask each of all pages first. And a block that is memory in part is refused as such: the rules know pages, not regions',
  },
  {
    what: 'loads of links',
    why: 'while calls overlap, what a list wrote into its pages is not yet taken from the machine',
  },
  { what: 'host_set_register', why: 'the abstract state has no registers' },
  { what: 'host_cpu_on, host_cpu_suspend', why: 'the abstract state does not have which CPUs are on' },
  { what: 'host_set_list', why: 'where the links of a list that the host makes up lead is read off the machine' },
];

/**
 * An annotation of the owner stands only where the host has lost the page; elsewhere the owner follows from the
 * mappings.
 */
export const ownership = ['owner', 'ownerVm', 'ownerGfn'] as const;

/** Whether a cell that differs is right all the same. */
export type Waiver = (cells: Int32Array) => boolean;

/** By cell what is accepted of it, and by cell the others whose waiver depends on it. */
export function waiversOf(
  { base, size, length }: Layout,
  found: Int32Array,
): [(Waiver | undefined)[], (number[] | undefined)[]] {
  const noPage = pageStates.indexOf('NOPAGE');
  const waivers = new Array<Waiver | undefined>(length).fill(undefined);
  const dependents = new Array<number[] | undefined>(length).fill(undefined);
  for (let i = 0; i < size.link; i++) waivers[base.link + i] = () => true;
  for (let cell = base.word; cell < base.word + size.word; cell++) {
    waivers[cell] = (cells) => found[cell] === notFollowed || cells[cell] === content.unknown;
  }
  for (let page = 0; page < size.host; page++) {
    const host = base.host + page;
    dependents[host] = ownership.map((field) => base[field] + page);
    for (const cell of dependents[host]) waivers[cell] = () => found[host] !== noPage;
  }
  for (let vcpu = 0; vcpu < size.listTop; vcpu++) {
    const listLength = base.listLength + vcpu;
    dependents[listLength] = [base.listTop + vcpu];
    waivers[base.listTop + vcpu] = () => found[listLength] === 0;
  }
  return [waivers, dependents];
}
