/** Words about devices and the secure world: what they are attached to, and which pages they reach without a CPU. */
import { none } from '../config.ts';
import { cell, configNumber, equals, isBelow, term, value } from '../term.ts';
import type { Cell, Condition, Ref, Value } from '../term.ts';

const devices = configNumber('the number of devices', (config) => config.devices);
/** The number names a device that the IOMMU knows. */
export const isDevice = <P extends string>(device: Ref<P>): Condition<P> => ({
  ...isBelow<P>(device, devices),
  words: `${value(device).words} is a device`,
});

export const attachment = <P extends string>(device: Ref<P>): Cell<'attached', P> =>
  cell('attached', `attachment of ${value(device).words}`, device);

/** Where a device's mapping of an address lies. Each device has one domain, which it keeps when it is detached. */
const mappingAt = <P extends string>(device: Ref<P>, iova: Ref<P>): Value<P> => {
  const [d, i] = [value(device), value(iova)];
  return term(`${i.words} of ${d.words}`, [d, i], (binding) => {
    const [readDevice, readIova] = [d.compile(binding), i.compile(binding)];
    return (state, args) => readDevice(state, args) * binding.config.iovas + readIova(state, args);
  });
};
/** The page that a device reaches at an address, or none. */
export const pageForDevice = <P extends string>(device: Ref<P>, iova: Ref<P>): Cell<'dmaPage', P> => {
  const where = mappingAt(device, iova);
  return cell('dmaPage', `page at ${where.words}`, where);
};
export const isMappedForDevice = <P extends string>(device: Ref<P>, iova: Ref<P>): Condition<P> => ({
  ...pageForDevice(device, iova).isNot(none),
  words: `${mappingAt(device, iova).words} is mapped`,
});

/** There is a way for a device to memory that no IOMMU is in. */
export const devicesBypass: Condition<never> = {
  ...equals<never>(
    configNumber('cover of DMA', (config) => (config.socCoversDma === false ? 0 : 1)),
    0,
  ),
  words: 'some device is outside the IOMMU',
};

/** What the secure world holds of a page. */
export const secureHold = <P extends string>(page: Ref<P>): Cell<'secure', P> =>
  cell('secure', `hold of the secure world on ${value(page).words}`, page);
