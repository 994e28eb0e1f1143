/** What is taken for granted of the configuration and of arithmetic, each line with why it is so. */
import { hypervisorKinds, pageKinds } from '../../spec/config.ts';
import type { PageKind } from '../../spec/config.ts';
import { content, owners, pageStates } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { Profile } from '../../spec/profile.ts';
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
  '(assert (forall ((v Int) (i Int)) (! (=> (and (<= 0 v) (< v q.slots) (<= 0 i) (< i q.vcpus)) (and (>= (vcpu_of v i) 0) (= (vm_of (vcpu_of v i)) v) (= (remainder (vcpu_of v i) q.vcpus) i) (< (vcpu_of v i) (times q.slots q.vcpus)))) :pattern ((vcpu_of v i)))))',
  '(assert (forall ((v Int) (i Int)) (! (=> (not (and (<= 0 v) (< v q.slots) (<= 0 i) (< i q.vcpus))) (= (vcpu_of v i) (- 2))) :pattern ((vcpu_of v i)))))',
  '(assert (forall ((k Int)) (! (=> (and (<= 0 (vm_of k)) (< (vm_of k) q.slots) (<= 0 k)) (and (= (vcpu_of (vm_of k) (remainder k q.vcpus)) k) (<= 0 (remainder k q.vcpus)) (< (remainder k q.vcpus) q.vcpus))) :pattern ((vm_of k)))))',
  // There is at least one of everything; a block has several pages.
  '(assert (and (>= q.pages 1) (>= q.gfns 1) (>= q.slots 1) (>= q.vcpus 1) (>= q.words 1) (>= q.maxShares 1) (>= q.block 2) (>= q.cids 0) (>= q.iovas 0) (>= q.devices 0)))',
  '(assert (and (>= q.kvmPages 0) (>= q.vcpuPages 0) (>= q.hypVmPages 0) (>= q.hypVcpuPages 0) (>= q.pgdPages 0)))',
  // What is numbered -1 is nothing.
  '(assert (= (a.pageKind (- 1)) (- 1)))',
  '(assert (forall ((p Int)) (! (=> (not (and (<= 0 p) (< p q.pages))) (= (a.pageKind p) (- 1))) :pattern ((a.pageKind p)))))',
  // What lies in the address range is one of the frames.
  '(assert (forall ((g Int)) (! (=> (= (a.inRange g) 1) (and (<= 0 g) (< g q.gfns))) :pattern ((a.inRange g)))))',
  // The head of a block is its own head.
  '(assert (forall ((g Int)) (! (= (a.blockHead (a.blockHead g)) (a.blockHead g)) :pattern ((a.blockHead g)))))',
  '(assert (forall ((g Int)) (! (= (a.blockOffset (a.blockHead g)) 0) :pattern ((a.blockHead g)))))',
  '(assert (forall ((g Int)) (! (and (<= 0 (a.blockOffset g)) (< (a.blockOffset g) q.block)) :pattern ((a.blockOffset g)))))',
];

const atLeast0 = ['vcpu', 'page', 'firstPage', 'device', 'actingDevice', 'cid', 'iova', 'gfn'];
/** What is known of parameters, by their kinds: a caller passes unsigned numbers, and asks for no more vCPUs than fit. */
export const ofParameter = (name: string, symbol: string, kind = ''): string[] => {
  const facts = [
    ...(name === 'this CPU' || atLeast0.includes(kind) ? [`(>= ${symbol} 0)`] : []),
    ...(kind === 'flag' ? [`(<= 0 ${symbol} 1)`] : []),
    ...(name === 'created' ? [`(<= ${symbol} q.vcpus)`] : []),
    // What wraps has been brought back into range.
    ...(kind === 'gfn' ? [`(= (a.gfnReached ${symbol}) ${symbol})`] : []),
    ...(kind === 'iova' ? [`(< ${symbol} q.iovas)`] : []),
    ...(kind === 'actingDevice' ? [`(< ${symbol} q.devices)`] : []),
    ...(kind === 'word' ? [`(<= 0 ${symbol})`, `(< ${symbol} q.words)`] : []),
    ...(kind === 'cid' ? [`(< ${symbol} q.cids)`] : []),
  ];
  return facts.map((one) => `(assert ${one})`);
};

/**
 * Where VMs and vCPUs lie in the hypervisor's own memory, the host gives no page for them. DMA-SOC: no device reaches
 * memory past the IOMMU.
 */
export const ofProfile = ({ rules }: Profile): string[] => {
  const takes = (call: string, parameter: string): boolean => parameter in (rules.get(call)?.parameters ?? {});
  return [
    '(assert (= q.socCoversDma 1))',
    ...(takes('init_vm', 'vmMem') ? [] : ['(assert (= q.hypVmPages 0))']),
    ...(takes('init_vcpu', 'mem') ? [] : ['(assert (= q.hypVcpuPages 0))']),
  ];
};

/** What a field starts with: all pages are the host's but those that are set aside, which are the hypervisor's. */
export function startOf(field: FieldName, start: number): string {
  const isOf = (...kinds: readonly PageKind[]): string =>
    `(or ${kinds.map((kind) => `(= (a.pageKind x0) ${pageKinds.indexOf(kind)})`).join(' ')})`;
  const carved = isOf(...hypervisorKinds);
  if (field === 'word') return `(ite ${isOf('hypcode')} ${content.unknown} ${start})`;
  if (field === 'host') return `(ite ${carved} ${pageStates.indexOf('NOPAGE')} ${start})`;
  if (field === 'hyp') return `(ite ${carved} ${pageStates.indexOf('OWNED')} ${start})`;
  return field === 'owner' ? `(ite ${carved} ${owners.indexOf('HYP')} ${start})` : number(start);
}
