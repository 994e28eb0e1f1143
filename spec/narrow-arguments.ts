/**
 * Arguments of hypercalls that are narrower than the register in which they are passed. Linux 7.3 declares the type of
 * each (`DECLARE_REG` in `hyp-main.c`; `pkvm_handle_t` has 16 bits) and reads no more of the register; of a flag
 * (`bool`) every bit counts: it is set unless all 64 are zero. All other arguments have 64 bits.
 */
export interface NarrowArgument {
  /** Its name in the words of a transcript. */
  readonly name: 'handle' | 'index' | 'mkold';
  readonly bits: number;
  readonly above: 'dropped' | 'counts';
}

const handle: NarrowArgument = { name: 'handle', bits: 16, above: 'dropped' };
const index: NarrowArgument = { name: 'index', bits: 32, above: 'dropped' };
const mkold: NarrowArgument = { name: 'mkold', bits: 1, above: 'counts' };

const byCall: Readonly<Record<string, readonly NarrowArgument[]>> = {
  unshare_guest: [handle],
  wrprotect: [handle],
  test_clear_young: [handle, mkold],
  unreserve_vm: [handle],
  init_vcpu: [handle],
  reclaim_dying_guest_page: [handle],
  start_teardown_vm: [handle],
  finalize_teardown_vm: [handle],
  vcpu_load: [handle, index],
  tlb_flush_vmid: [handle],
};

export const narrowArguments = (call: string): readonly NarrowArgument[] => byCall[call] ?? [];

/** The calls that have an argument of this name. */
export const callsWithNarrow = (name: NarrowArgument['name']): string[] =>
  Object.keys(byCall).filter((call) => narrowArguments(call).some((one) => one.name === name));

/** The field of a transcript that holds what the register has above the argument: `handleUpper`. */
export const upperOf = ({ name }: NarrowArgument): string => `${name}Upper`;
