/** What is taken for granted of the configuration and of arithmetic, each line with why it is so. */
import { pageKinds } from '../../spec/config.ts';
import { owners, pageStates } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import { number } from './smt.ts';

export const assumptions: readonly string[] = [
  // Arithmetic as far as the rules need it.
  '(declare-fun times (Int Int) Int)',
  '(assert (forall ((x Int)) (! (and (= (times 0 x) 0) (= (times 1 x) x)) :pattern ((times 0 x)) :pattern ((times 1 x)))))',
  '(declare-fun quotient (Int Int) Int)',
  '(declare-fun remainder (Int Int) Int)',
  '(assert (forall ((x Int) (y Int)) (! (=> (and (<= 0 x) (< x y)) (= (remainder x y) x)) :pattern ((remainder x y)))))',
  '(declare-fun bit_or (Int Int) Int)',
  '(declare-fun bit_and (Int Int) Int)',
  '(declare-fun bit_without (Int Int) Int)',
  // Sets of permissions are numbers up to 15.
  '(assert (forall ((x Int) (y Int)) (! (=> (and (<= 0 x 15) (<= 0 y 15)) (<= 0 (bit_or x y) 15)) :pattern ((bit_or x y)))))',
  '(assert (forall ((x Int) (y Int)) (! (=> (<= 0 x 15) (<= 0 (bit_without x y) 15)) :pattern ((bit_without x y)))))',
  // Each vCPU has one VM, and a number of its own; -1 and -2 are none.
  '(declare-fun vcpu_of (Int Int) Int)',
  '(declare-fun vm_of (Int) Int)',
  '(declare-fun index_of (Int) Int)',
  '(assert (forall ((v Int) (i Int)) (! (=> (and (<= 0 v) (< v q.slots) (<= 0 i) (< i q.vcpus)) (and (>= (vcpu_of v i) 0) (= (vm_of (vcpu_of v i)) v) (= (index_of (vcpu_of v i)) i))) :pattern ((vcpu_of v i)))))',
  '(assert (forall ((v Int) (i Int)) (! (=> (not (and (<= 0 v) (< v q.slots) (<= 0 i) (< i q.vcpus))) (= (vcpu_of v i) (- 2))) :pattern ((vcpu_of v i)))))',
  '(assert (forall ((k Int)) (! (=> (and (<= 0 (vm_of k)) (< (vm_of k) q.slots) (<= 0 k)) (and (= (vcpu_of (vm_of k) (index_of k)) k) (<= 0 (index_of k)) (< (index_of k) q.vcpus))) :pattern ((vm_of k)))))',
  // There is at least one of everything; a block has several pages.
  '(assert (and (>= q.pages 1) (>= q.gfns 1) (>= q.slots 1) (>= q.vcpus 1) (>= q.words 1) (>= q.maxShares 1) (>= q.block 2)))',
  '(assert (and (>= q.kvmPages 0) (>= q.vcpuPages 0) (>= q.hypVmPages 0) (>= q.hypVcpuPages 0) (>= q.pgdPages 0)))',
  // What is numbered -1 is nothing.
  '(assert (= (a.pageKind (- 1)) (- 1)))',
  '(assert (forall ((p Int)) (! (=> (< p 0) (= (a.pageKind p) (- 1))) :pattern ((a.pageKind p)))))',
  // What lies in the address range is one of the frames.
  '(assert (forall ((g Int)) (! (=> (= (a.inRange g) 1) (and (<= 0 g) (< g q.gfns))) :pattern ((a.inRange g)))))',
  // The head of a block is its own head.
  '(assert (forall ((g Int)) (! (= (a.blockHead (a.blockHead g)) (a.blockHead g)) :pattern ((a.blockHead g)))))',
  '(assert (forall ((g Int)) (! (= (a.blockOffset (a.blockHead g)) 0) :pattern ((a.blockHead g)))))',
  '(assert (forall ((g Int)) (! (and (<= 0 (a.blockOffset g)) (< (a.blockOffset g) q.block)) :pattern ((a.blockOffset g)))))',
];

/**
 * What is known of parameters, by their names: a caller passes unsigned numbers, a word is one of a page, and nobody asks
 * for more vCPUs than fit.
 */
export const ofParameter = (name: string, symbol: string): string[] => {
  if (name === 'this CPU') return [`(assert (>= ${symbol} 0))`];
  if (name === 'index' || name === 'vcpu') return [`(assert (>= ${symbol} 0))`];
  if (name === 'word') return [`(assert (and (<= 0 ${symbol}) (< ${symbol} q.words)))`];
  if (name === 'created') return [`(assert (<= ${symbol} q.vcpus))`];
  return [];
};

/** What a field starts with: all pages are the host's but those that are set aside, which are the hypervisor's. */
export function startOf(field: FieldName, start: number): string {
  const carved = `(= (a.pageKind x0) ${pageKinds.indexOf('carveout')})`;
  if (field === 'host') return `(ite ${carved} ${pageStates.indexOf('NOPAGE')} ${start})`;
  if (field === 'hyp') return `(ite ${carved} ${pageStates.indexOf('OWNED')} ${start})`;
  return field === 'owner' ? `(ite ${carved} ${owners.indexOf('HYP')} ${start})` : number(start);
}
