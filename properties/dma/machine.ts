/** What must hold on a machine of devices and the secure world. */
import { law } from '../machine-law.ts';
import type { MachineLaw } from '../machine-law.ts';

export const dmaOnMachine = {
  devicePrivate: law(
    'always',
    'DMA-PRIVATE',
    'no table of the IOMMU gives a device a page of the hypervisor or an unshared page of a protected VM',
    'a device reaches a page that it must not',
  ),
  deviceFollows: law(
    'always',
    'DMA-FOLLOWS-OWNER',
    'between calls no device holds a translation that its table does not have',
    'a device goes on reaching a page that it has lost',
  ),
  deviceLost: law(
    'always',
    'DMA-FOLLOWS-OWNER',
    'at no moment does a device hold a translation of a page of the hypervisor or of an unshared page of a protected VM',
    'a device still has a translation when the page is no longer the host’s',
  ),
  secure: law(
    'always',
    'FFA-PROXIED',
    'the secure world holds no page of the hypervisor and no unshared page of a protected VM',
    'the secure world reaches a page that it must not',
  ),
  lent: law(
    'always',
    'FFA-LENT',
    'the host does not reach what the secure world was lent and has not given back, by table or by TLB',
    'the host reaches a page that it has lent',
  ),
  deviceReads: law(
    'permitted',
    'DMA-UPSTREAM',
    'where no IOMMU is in its way, a device reads what a protected VM wrote',
    'a device reads the secret of a VM',
  ),
  deviceWrites: law(
    'permitted',
    'DMA-UPSTREAM',
    'where no IOMMU is in its way, a device changes what a protected VM has to itself',
    'a device changes bytes of a VM',
  ),
} as const satisfies Record<string, MachineLaw>;
