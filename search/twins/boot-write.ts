/** The state that a device is in. */
import type { Bearer, Device, Disk, Vm } from '../../model/boot/device.ts';
import { leftIn } from '../../model/boot/leftovers.ts';
import type { BootConfig } from '../../spec/boot/config.ts';
import { parents, regimes } from '../../spec/boot/secrets.ts';
import { leftovers, records, regions, stages } from '../../spec/fields.ts';
import { numberOfCode, numberOfMeasured } from './boot-bytes.ts';
import { imageNumber, kernelDigests, keys, numberOf, ramdiskDigests } from './boot-numbers.ts';
import type { Cells } from './cells.ts';

export class Writer {
  private readonly boot: BootConfig;
  private readonly cells: Cells;

  constructor(boot: BootConfig, cells: Cells) {
    this.boot = boot;
    this.cells = cells;
  }

  device(device: Device): void {
    const { disks, secretkeeper, sealed, knownSecrets, knownParents, sharesPages, vm } = device;
    const left = leftIn(device);
    const { cells, boot } = this;
    disks.forEach((disk, number) => this.disk(disk, number));
    for (const [instance, { secret, key, kernelVersion, payloadVersion }] of secretkeeper) {
      cells.set('keptSecret', secret, instance);
      cells.set('keptKey', key, instance);
      cells.set('keptKernel', kernelVersion, instance);
      cells.set('keptPayload', payloadVersion, instance);
    }
    sealed.forEach((bearer, place) => this.bearer(bearer, place + 1));
    for (const secret of knownSecrets) cells.set('knownSecret', 1, numberOf(boot, secret));
    for (const parent of knownParents) cells.set('knownParent', 1, parents.indexOf(parent));
    regions.forEach((region, number) => cells.set('left', leftovers.indexOf(left[region]), number));
    cells.set('vmShared', sharesPages);
    if (vm !== undefined) this.vm(vm);
  }

  private disk({ isBroken, firmware, payload }: Disk, disk: number): void {
    const { cells, boot } = this;
    const forms = { free: 'FREE', garbage: 'DAMAGED' } as const;
    const formOf = (entry: Disk['firmware'] | Disk['payload']): number =>
      records.indexOf(typeof entry === 'string' ? forms[entry] : 'SEALED');
    cells.set('diskForm', isBroken, disk);
    cells.set('record', formOf(firmware), disk);
    cells.set('guestRecord', formOf(payload), disk);
    if (typeof firmware === 'object') {
      const { kernelDigest, ramdiskDigest, publicKey, isDebug, salt } = firmware.body;
      const ramdisk = ramdiskDigest === undefined ? undefined : ramdiskDigests(boot).numberOf(ramdiskDigest);
      const digests = imageNumber(boot, kernelDigests(boot).numberOf(kernelDigest), ramdisk);
      cells.set('recordParent', parents.indexOf(firmware.key), disk);
      cells.set('recordCode', digests, disk);
      cells.set('recordKey', keys(boot).numberOf(publicKey), disk);
      cells.set('recordMode', isDebug, disk);
      cells.set('recordSalt', salt, disk);
    }
    if (typeof payload === 'object') {
      cells.set('guestRecordSecret', numberOf(boot, payload.key), disk);
      cells.set('guestRecordApk', payload.body.apk, disk);
      cells.set('guestRecordApex', payload.body.apex, disk);
    }
  }

  private bearer({ secret, payloadKey, keeperSecret, measured, apk, apex }: Bearer, bearer: number): void {
    const { cells, boot } = this;
    cells.set('secret', secret && numberOf(boot, secret), bearer);
    cells.set('payloadKey', payloadKey, bearer);
    cells.set('keeperSecret', keeperSecret, bearer);
    cells.set('bearerCode', measured && numberOfMeasured(boot, measured), bearer);
    cells.set('bearerApk', apk, bearer);
    cells.set('bearerApex', apex, bearer);
  }

  private vm(vm: Vm): void {
    const { cells, boot } = this;
    cells.set('stage', stages.indexOf(vm.stage));
    cells.set('vmParent', parents.indexOf(vm.parent));
    cells.set('vmChained', vm.isChained);
    cells.set('vmCertified', vm.chain.length);
    cells.set('vmTree', vm.tree);
    cells.set('vmCode', numberOfCode(boot, vm.code));
    cells.set('vmRegime', regimes.indexOf(vm.regime));
    cells.set('vmDisk', vm.disk);
    cells.set('vmInstance', vm.instance);
    cells.set('vmNew', vm.isNew);
    cells.set('vmArgued', vm.hasArguments);
    cells.set('vmPolicy', vm.hasPolicy);
    cells.set('vmLoaded', vm.loaded);
    cells.set('vmSystem', vm.system);
    cells.set('vmExtra', vm.extra);
    cells.set('vmMounted', vm.mounted);
    this.bearer(vm.bearer, 0);
  }
}
