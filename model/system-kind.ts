/**
 * Whose calls there are: Linux 7.3's, Linux 7.4's, those of 7.3 and what Android adds about devices, the secure world
 * and guests, Android's as they are designed, or as Android 16 has them in its source.
 */
export type System = 'linux' | 'linux-7.4' | 'mixed' | 'android' | 'android-as-shipped';

const androids: readonly System[] = ['android', 'android-as-shipped'];
export const isAndroid = (system: System): boolean => androids.includes(system);

/** In which the hypervisor has memory of its own for the structures of VMs and vCPUs. */
export const withHeap: readonly System[] = ['linux-7.4', ...androids];
