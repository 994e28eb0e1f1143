/**
 * Every field of the host's structures for VMs and vCPUs that EL2 of Linux 7.3 reads, some that it could be thought to
 * read, and what else of the host's memory it reads. Read in the source; offsets are those of the kernel `measured`.
 */
import { callsWithNarrow } from '../narrow-arguments.ts';
import type { NarrowArgument } from '../narrow-arguments.ts';

export interface HostField {
  /** The structure, or what else holds it. */
  readonly of: string;
  readonly path: string;
  /** Bytes from the start of the structure; nothing where it is in none. */
  readonly at?: number;
  /** Hypercalls that read it, of a register the calls; none for what is ignored. */
  readonly readBy: readonly string[];
  /**
   * `taken`: as it is. `checked`: a wrong value refuses the call. `bounded`: reduced to what is allowed. `ignored`: not
   * read, or not used.
   */
  readonly treated: 'taken' | 'checked' | 'bounded' | 'ignored';
  readonly says: string;
  /** The function that reads it, or that would. */
  readonly source: string;
  /** Why no hunt writes it; where nothing is said, hunts do, and the rules say that nothing else changes. */
  readonly unwritten?: string;
  /** Values of 32 bits that stop the machine, and the finding that shows it: hunts leave them out. */
  readonly stops?: { readonly from: number; readonly to: number; readonly finding: string };
}

/** The kernel that the offsets were read from. */
export const measured = '7.3.4+deb13-cloud-arm64';

type Treated = HostField['treated'];
type More = Pick<HostField, 'unwritten' | 'stops'>;
const reader =
  (of: string, readBy: readonly string[], source: string) =>
  (treated: Treated, path: string, at: number, says: string, more: More = {}): HostField => ({
    of,
    path,
    at,
    readBy,
    treated,
    says,
    source,
    ...more,
  });
const elsewhere = (
  of: string,
  path: string,
  readBy: readonly string[],
  treated: Treated,
  says: string,
  source: string,
  asked = 'only the calls themselves are asked',
): HostField => ({
  of,
  path,
  readBy,
  treated,
  says,
  source,
  unwritten: `no field of a structure; ${asked}`,
});

/** An argument in a register that is wider: hunts put something above it. */
const narrow = (name: NarrowArgument['name'], treated: Treated, says: string): HostField => ({
  of: 'registers',
  path: name,
  readBy: callsWithNarrow(name),
  treated,
  says,
  source: 'DECLARE_REG',
});

const inInitVm = reader('kvm', ['__pkvm_init_vm'], '__pkvm_init_vm');
const features = reader('kvm', ['__pkvm_init_vm'], 'pkvm_init_features_from_host');
const idRegs = reader('kvm', ['__pkvm_init_vcpu'], 'vm_copy_id_regs');
const timers = reader('kvm', ['__kvm_vcpu_run'], '__timer_enable_traps');
const returned = reader('kvm', ['__pkvm_finalize_teardown_vm'], '__pkvm_finalize_teardown_vm');
const vmOnly = reader('kvm', [], 'init_pkvm_hyp_vm');
const inInitVcpu = reader('kvm_vcpu', ['__pkvm_init_vcpu'], 'init_pkvm_hyp_vcpu');
const vectors = reader('kvm_vcpu', ['__pkvm_init_vcpu'], 'pkvm_vcpu_init_sve');
const lists = reader('kvm_vcpu', ['__pkvm_host_donate_guest', '__pkvm_host_share_guest'], 'refill_memcache');
const entered = reader('kvm_vcpu', ['__kvm_vcpu_run'], 'flush_hyp_vcpu');
const debugged = reader('kvm_vcpu', ['__kvm_vcpu_run'], 'flush_debug_state');
const interrupted = reader('kvm_vcpu', ['__kvm_vcpu_run'], 'flush_hyp_vgic_state');
const restored = reader('kvm_vcpu', ['__vgic_v3_restore_vmcr_aprs'], 'handle___vgic_v3_restore_vmcr_aprs');
const vcpuOnly = reader('kvm_vcpu', [], 'flush_hyp_vcpu');

const argument = 'an argument of the call in the words of a transcript, and drawn as one';
const asGuest = 'it decides what the guest does next, which the rules would have to follow';
const asList = "the host's own list, which `topup_memcache` fills and the rules follow";

/** In the order of the structures. */
export const hostFields: readonly HostField[] = [
  inInitVm('checked', 'created_vcpus', 2296, 'at least 1, and as much memory as it takes must be given; read once'),
  vmOnly('ignored', 'arch.mmu.vmid.id.counter', 2480, 'the VMID follows from the handle'),
  vmOnly('ignored', 'arch.mmu.pgd_phys', 2488, 'the root table is the one that the call gives'),
  vmOnly('ignored', 'arch.mmu.pgt', 2496, "the table is walked from the hypervisor's own structure"),
  vmOnly('ignored', 'arch.mmu.vtcr', 2504, "it is the hypervisor's own"),
  vmOnly('ignored', 'arch.mmu.arch', 2568, "it points into the hypervisor's own structure"),
  features('taken', 'arch.vgic.vgic_model', 2708, 'which interrupt controller the VM has, whatever the machine has', {
    stops: { from: 16, to: 16, finding: 'linux-7.3.a-vm-with-a-gicv5-stops-other-machines' },
  }),
  timers(
    'taken',
    'arch.timer_data.voffset',
    3040,
    'of a VM that is not protected, at each entry; the host sets its time',
  ),
  timers('taken', 'arch.timer_data.poffset', 3048, 'likewise'),
  features(
    'taken',
    'arch.flags',
    3104,
    'of a VM that is not protected; of a protected one no more than memory tagging',
    {
      unwritten: argument,
    },
  ),
  features('bounded', 'arch.vcpu_features', 3112, 'for a protected VM, those that protected VMs may have'),
  idRegs('taken', 'arch.id_regs', 3208, 'of a VM that is not protected, at its first vCPU'),
  features('taken', 'arch.midr_el1', 3656, 'of a VM that is not protected, where a flag says so'),
  features('taken', 'arch.ctr_el0', 3680, 'what the VM sees in CTR_EL0; it traps where this is not the machine’s'),
  inInitVm('checked', 'arch.pkvm.handle', 3704, 'one that was reserved; read once'),
  returned(
    'taken',
    'arch.pkvm.teardown_mc.head',
    3712,
    'becomes the link of the first page that is returned, never followed',
  ),
  returned('taken', 'arch.pkvm.teardown_mc.nr_pages', 3720, 'counted up, never counted on'),
  returned('taken', 'arch.pkvm.stage2_teardown_mc.head', 3744, 'the same for pages of tables'),
  returned('taken', 'arch.pkvm.stage2_teardown_mc.nr_pages', 3752, 'likewise'),
  reader('kvm', ['__pkvm_init_vm'], 'init_pkvm_hyp_vm')(
    'taken',
    'arch.pkvm.is_protected',
    3776,
    'at init_vm only: a VM stays what it was made as',
  ),
  vmOnly('ignored', 'arch.pkvm.is_dying', 3778, "the phase is kept in the hypervisor's own structure"),

  reader('kvm_vcpu', ['__kvm_adjust_pc'], 'pkvm_vcpu_get_kvm')(
    'checked',
    'kvm',
    0,
    'memory that the host shares; not read where the vCPU is loaded',
  ),
  inInitVcpu('taken', 'vcpu_id', 36, 'at init_vcpu only'),
  inInitVcpu('checked', 'vcpu_idx', 40, 'below the number of vCPUs, and free; at init_vcpu only'),
  entered(
    'taken',
    'arch.ctxt.regs.regs',
    256,
    'all general registers, in 7.3 of a protected VM too (CPU-STATE-UPSTREAM)',
    {
      unwritten: 'the target sets them at each entry',
    },
  ),
  entered('checked', 'arch.ctxt.regs.pstate', 520, 'EL2 and above become an illegal state at the entry', {
    unwritten: 'the target sets it at each entry',
  }),
  entered('taken', 'arch.ctxt.fp_regs.vregs', 560, 'all floating-point registers, likewise'),
  entered('taken', 'arch.ctxt.sys_regs', 1088, 'all system registers of EL1, likewise', { unwritten: asGuest }),
  entered('ignored', 'arch.ctxt.__hyp_running_vcpu', 5024, 'copied, and cleared before anything looks at it'),
  entered('ignored', 'arch.ctxt.vncr_array', 5032, 'copied; EL2 without VHE never follows it'),
  vectors('checked', 'arch.sve_state', 5040, 'memory that the host shares, where the VM has scalable vectors'),
  vectors('bounded', 'arch.sve_max_vl', 5052, 'at most what the machine has'),
  vcpuOnly('ignored', 'arch.hw_mmu', 5056, "it points into the hypervisor's own structure"),
  entered(
    'bounded',
    'arch.hcr_el2',
    5064,
    'whether waits trap and whether an SError is pending (TWI, TWE, VSE); of a VM that is not protected, interrupts too',
  ),
  inInitVcpu('taken', 'arch.hcrx_el2', 5072, 'of a VM that is not protected'),
  entered('taken', 'arch.mdcr_el2', 5080, 'all of it, in 7.3 of a protected VM too'),
  reader('kvm_vcpu', ['__pkvm_vcpu_load'], 'handle___pkvm_vcpu_load')(
    'taken',
    'arch.fgt',
    5088,
    'of a VM that is not protected',
  ),
  vcpuOnly('ignored', 'arch.fault.esr_el2', 5248, 'it is written at each exit'),
  inInitVcpu('taken', 'arch.cflags', 5280, 'at init_vcpu only', { unwritten: 'it shares a word with iflags' }),
  entered('taken', 'arch.iflags', 5281, 'all of it; an exception that is pending is put into the guest', {
    unwritten: asGuest,
  }),
  debugged('taken', 'arch.vcpu_debug_state.dbg_bcr', 5288, 'where the guest owns the debug registers', {
    unwritten: asGuest,
  }),
  debugged('taken', 'arch.external_debug_state.dbg_bcr', 5800, 'where the host does', { unwritten: asGuest }),
  debugged('taken', 'arch.external_mdscr_el1', 6312, 'likewise', { unwritten: asGuest }),
  debugged('taken', 'arch.debug_owner', 6320, 'nobody (0), the guest (1) or the host (2)', {
    stops: { from: 3, to: 0xffff_ffff, finding: 'linux-7.3.an-unknown-owner-of-debug-registers-stops-the-machine' },
  }),
  interrupted('taken', 'arch.vgic_cpu.vgic_v3.vgic_hcr', 6328, 'all of it', { unwritten: asGuest }),
  restored('taken', 'arch.vgic_cpu.vgic_v3.vgic_vmcr', 6332, 'of the loaded vCPU', {
    unwritten: 'it shares a word with vgic_hcr',
  }),
  interrupted('ignored', 'arch.vgic_cpu.vgic_v3.vgic_sre', 6336, 'a constant is put in its place'),
  restored('taken', 'arch.vgic_cpu.vgic_v3.vgic_ap1r', 6356, 'of the loaded vCPU'),
  interrupted('taken', 'arch.vgic_cpu.vgic_v3.vgic_lr', 6376, 'the first used_lrs of them'),
  interrupted('bounded', 'arch.vgic_cpu.vgic_v3.used_lrs', 6624, 'at most what the machine has'),
  vcpuOnly('ignored', 'arch.timer_cpu.timers', 6744, "the hypervisor's own say where offsets are"),
  vcpuOnly('ignored', 'arch.pmu.events.events_host', 7344, "the hypervisor's own are empty"),
  vcpuOnly('ignored', 'arch.mp_state.mp_state', 7880, 'a new vCPU is stopped, and 7.3 does not look at it again'),
  lists(
    'checked',
    'arch.pkvm_memcache.head',
    7928,
    'a page that the host owns; it is donated before its link is read',
    { unwritten: asList },
  ),
  lists(
    'bounded',
    'arch.pkvm_memcache.nr_pages',
    7936,
    'no more pages are taken than the host owns, or than are needed',
    { unwritten: asList },
  ),
  vcpuOnly('ignored', 'arch.pkvm_memcache.mapping', 7944, 'it is for the host'),
  entered('taken', 'arch.vsesr_el2', 7960, 'the syndrome of an error that is pending'),
  vcpuOnly('ignored', 'arch.reset_state.pc', 7968, 'power states are the host’s in 7.3'),
  entered('taken', 'arch.pid', 8024, 'for the trace of the hypervisor only'),

  elsewhere(
    "a page on the host's list",
    'the first word',
    ['__pkvm_host_donate_guest', '__pkvm_host_share_guest'],
    'checked',
    'the link to the next page, which is donated in turn; only read once the page is donated',
    'pop_hyp_memcache',
    'a `host_write` to the page writes it',
  ),
  narrow('handle', 'bounded', 'its lower 16 bits; what lies above them is dropped'),
  narrow('index', 'bounded', 'its lower 32 bits, likewise'),
  narrow('mkold', 'taken', 'whether any of the 64 bits is set'),
  elsewhere(
    'registers',
    'entry and context of PSCI calls',
    ['CPU_ON', 'CPU_SUSPEND', 'SYSTEM_SUSPEND'],
    'taken',
    "where the host goes on, at EL1; EL2's own entry is put in its place",
    'psci_cpu_on',
  ),
  elsewhere(
    'the FF-A send buffer',
    'descriptors',
    ['FFA_MEM_SHARE', 'FFA_MEM_FRAG_TX'],
    'checked',
    'copied first, its length bounded; offsets and ranges are looked up in the copy',
    '__do_ffa_mem_xfer',
    'where there is a secure world, messages with one mistake each are sent, and such of several ranges and fragments',
  ),
  elsewhere(
    'the descriptor of a trace',
    'all of it',
    ['__tracing_load'],
    'checked',
    'donated first; sizes are held against each other',
    'hyp_trace_desc_is_valid',
  ),
];

/** Those that hunts write. */
export const written: readonly HostField[] = hostFields.filter(({ unwritten }) => unwritten === undefined);

const offsetsIn = (structure: 'kvm' | 'kvm_vcpu'): Readonly<Record<string, number>> =>
  Object.fromEntries(
    hostFields.flatMap(({ of, path, at }) => (of === structure && at !== undefined ? [[path, at]] : [])),
  );

/** The offsets of those that lie in a structure of the host, in that kernel. */
export const offsets = { kvm: offsetsIn('kvm'), kvm_vcpu: offsetsIn('kvm_vcpu') };
