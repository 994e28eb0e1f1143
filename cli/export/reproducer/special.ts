/** Places that have no name in the kernel's own memory: computed, or told to the module when it is loaded. */
import type { SpecialKind, SpecialPage } from '../../../spec/transcript.ts';

type Told = Exclude<SpecialKind, 'alias' | 'beyond the physical address range' | 'last page of the address space'>;

/** What a parameter of the module is, and how one finds it out. */
const told: Readonly<Record<Told, string>> = {
  mmio: 'a page of a device (/proc/iomem)',
  'hypervisor carve-out': 'a page of the memory that dmesg says is reserved for the hypervisor',
  'hypervisor code': 'the physical page of __hyp_text_start (/proc/kallsyms, and Kernel code in /proc/iomem)',
  'hypervisor data': 'a physical page of the data of EL2, such as that of __hyp_bss_start',
  'first page after the end of RAM': 'the page behind the last System RAM in /proc/iomem',
  'last page before the start of RAM': 'the page before the first System RAM in /proc/iomem',
};

/** A module parameter that holds the number of the page, or an expression for it; aliases name the page they reach. */
export function specialInC(page: SpecialPage, aliased: string): { readonly is: string } | { readonly told: string } {
  const { kind, addPfn } = page;
  switch (kind) {
    case 'alias':
      return { is: `${aliased} + ${addPfn ?? '(1UL << 52)'}` };
    case 'beyond the physical address range':
      return { is: '1UL << 40' };
    case 'last page of the address space':
      return { is: '(1UL << 52) - 1' };
    default:
      return { told: told[kind] };
  }
}
