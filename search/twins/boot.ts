/** The device that a state of booting stands for, and the state that a device is in. */
import { answerOn, bootCalls } from '../../model/boot/calls.ts';
import type { Bearer, Device, Disk, Release, Secret, Vm } from '../../model/boot/device.ts';
import { secretNumber, secretTerm, modes, parents, regimes } from '../../spec/boot/secrets.ts';
import { noBoot } from '../../spec/boot/config.ts';
import type { BootConfig } from '../../spec/boot/config.ts';
import { leftovers, records, regions, stages } from '../../spec/fields.ts';
import { initialState } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { Cells } from './cells.ts';
import { twin } from './twin.ts';
import type { Twin } from './twin.ts';

const newer: Release = { salts: 'of instance ids', usual: 'RECORD', hasLoader: false, readsTreeLast: false };
const releases: Readonly<Record<string, Release>> = {
  'avf-13': { ...newer, salts: 'random', hasLoader: true },
  'avf-14': { ...newer, salts: 'random' },
  'avf-15': newer,
  'avf-2026': { ...newer, usual: 'EPHEMERAL', readsTreeLast: true },
};

export function bootTwin({ profile, layout, config }: TransitionSystem): Twin | undefined {
  const release = releases[profile.name];
  const boot = config.boot ?? noBoot;
  if (release === undefined || boot === noBoot) return undefined;
  const start = initialState(layout).cells;
  return twin<Device>({
    name: 'boot',
    calls: bootCalls.filter((call) => profile.rules.has(call)),
    read: (cells) => new Reader(boot, new Cells(layout, cells)).device(release),
    write: (device, cells) => {
      cells.set(start);
      new Writer(boot, new Cells(layout, cells)).device(device);
    },
    answer: answerOn,
  });
}

const secretOf = (boot: BootConfig, number: number): Secret => {
  const { parent, key, mode, regime, salt } = secretTerm(boot, number);
  const named = { parent: parents[parent] ?? 'FOREIGN', regime: regimes[regime] ?? 'RECORD' };
  return { ...named, key, salt, isDebug: modes[mode] === 'DEBUG' };
};
const numberOf = (boot: BootConfig, { parent, key, isDebug, regime, salt }: Secret): number =>
  secretNumber(boot, {
    parent: parents.indexOf(parent),
    key,
    mode: Number(isDebug),
    regime: regimes.indexOf(regime),
    salt,
  });

/** Kernel and ramdisk, or the digests of both, as one number. */
const asImage = (boot: BootConfig, image: number): { kernel: number; ramdisk: number | undefined } => {
  const parts = boot.ramdisks.length + 1;
  const ramdisk = (image % parts) - 1;
  return { kernel: Math.floor(image / parts), ramdisk: ramdisk < 0 ? undefined : ramdisk };
};
const imageNumber = (boot: BootConfig, kernel: number, ramdisk: number | undefined): number =>
  kernel * (boot.ramdisks.length + 1) + (ramdisk ?? -1) + 1;

const optional = <K extends string, T>(name: K, value: T | undefined): { [P in K]?: T } =>
  (value === undefined ? {} : { [name]: value }) as { [P in K]?: T };

class Reader {
  private readonly boot: BootConfig;
  private readonly cells: Cells;

  constructor(boot: BootConfig, cells: Cells) {
    this.boot = boot;
    this.cells = cells;
  }

  device(release: Release): Device | undefined {
    const { cells, boot } = this;
    const vm = this.vm();
    if (vm !== undefined && !fits(vm, release)) return undefined;
    const kept = cells.each('keptSecret', (instance) => [instance, this.kept(instance)] as const);
    return {
      release,
      pieces: boot,
      disks: cells.each('diskForm', (disk) => this.disk(disk)),
      secretkeeper: new Map(kept.flatMap(([instance, one]) => (one === undefined ? [] : [[instance, one] as const]))),
      sealed: cells.each('secret', (bearer) => this.bearer(bearer)).slice(1),
      knownSecrets: cells
        .each('knownSecret', (secret) => secret)
        .filter((secret) => cells.flag('knownSecret', secret))
        .map((secret) => secretOf(boot, secret)),
      knownParents: new Set(parents.filter((_, parent) => cells.flag('knownParent', parent))),
      vm,
    };
  }

  private secret(number: number | undefined): Secret | undefined {
    return number === undefined ? undefined : secretOf(this.boot, number);
  }

  private disk(disk: number): Disk {
    const { cells } = this;
    const [code, guestSecret] = [cells.get('recordCode', disk), this.secret(cells.maybe('guestRecordSecret', disk))];
    const parent = parents[cells.get('recordParent', disk)];
    const forms = { FREE: 'free', DAMAGED: 'garbage' } as const;
    const [firmware, payload] = [
      records[cells.get('record', disk)] ?? 'FREE',
      records[cells.get('guestRecord', disk)] ?? 'FREE',
    ];
    const digests = asImage(this.boot, code);
    const body = {
      kernelDigest: digests.kernel,
      ramdiskDigest: digests.ramdisk,
      key: cells.get('recordKey', disk),
      isDebug: cells.flag('recordMode', disk),
      salt: cells.get('recordSalt', disk),
    };
    const guestBody = { apk: cells.get('guestRecordApk', disk), apex: cells.get('guestRecordApex', disk) };
    return {
      isBroken: cells.flag('diskForm', disk),
      firmware: firmware === 'SEALED' ? (parent === undefined ? 'garbage' : { key: parent, body }) : forms[firmware],
      payload:
        payload === 'SEALED'
          ? guestSecret === undefined
            ? 'garbage'
            : { key: guestSecret, body: guestBody }
          : forms[payload],
    };
  }

  private kept(instance: number) {
    const { cells } = this;
    const secret = cells.maybe('keptSecret', instance);
    if (secret === undefined) return undefined;
    const [kernelVersion, payloadVersion] = [cells.get('keptKernel', instance), cells.get('keptPayload', instance)];
    return { secret, key: cells.get('keptKey', instance), kernelVersion, payloadVersion };
  }

  private bearer(bearer: number): Bearer {
    const { cells, boot } = this;
    const image = cells.maybe('bearerCode', bearer);
    return {
      ...optional('secret', this.secret(cells.maybe('secret', bearer))),
      ...optional('payloadKey', cells.maybe('payloadKey', bearer)),
      ...optional('keeperSecret', cells.maybe('keeperSecret', bearer)),
      ...optional('image', image === undefined ? undefined : asImage(boot, image)),
      ...optional('apk', cells.maybe('bearerApk', bearer)),
      ...optional('apex', cells.maybe('bearerApex', bearer)),
    };
  }

  private vm(): Vm | undefined {
    const { cells } = this;
    const stage = stages[cells.get('stage')] ?? 'OFF';
    if (stage === 'OFF') return undefined;
    return {
      stage,
      parent: parents[cells.get('vmParent')] ?? 'FOREIGN',
      isChained: cells.flag('vmChained'),
      certificates: cells.get('vmCertified'),
      tree: cells.get('vmTree'),
      regime: regimes[cells.get('vmRegime')] ?? 'RECORD',
      disk: cells.maybe('vmDisk'),
      instance: cells.maybe('vmInstance'),
      isNew: cells.flag('vmNew'),
      hasArguments: cells.flag('vmArgued'),
      hasPolicy: cells.flag('vmPolicy'),
      sharesPages: cells.flag('vmShared'),
      memory: Object.fromEntries(
        regions.map((region, number) => [region, leftovers[cells.get('left', number)] ?? 'NOTHING']),
      ) as Vm['memory'],
      bearer: this.bearer(0),
      ...optional('loaded', cells.maybe('vmLoaded')),
      ...optional('system', cells.maybe('vmSystem')),
      ...optional('extra', cells.maybe('vmExtra')),
      ...optional('mounted', cells.maybe('vmMounted')),
    };
  }
}

/** A VM that this release can have started. */
const fits = ({ regime, disk, bearer, stage }: Vm, release: Release): boolean => {
  const hasRegime =
    release.salts === 'random'
      ? regime === 'RECORD'
      : !['RECORD', 'EPHEMERAL'].includes(regime) || regime === release.usual;
  const hasPayload =
    stages.indexOf(stage) < stages.indexOf('VERIFIED') || (bearer.apk !== undefined && bearer.apex !== undefined);
  return (
    hasRegime &&
    hasPayload &&
    bearer.image !== undefined &&
    bearer.secret !== undefined &&
    (regime !== 'RECORD' || disk !== undefined)
  );
};

class Writer {
  private readonly boot: BootConfig;
  private readonly cells: Cells;

  constructor(boot: BootConfig, cells: Cells) {
    this.boot = boot;
    this.cells = cells;
  }

  device({ disks, secretkeeper, sealed, knownSecrets, knownParents, vm }: Device): void {
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
      const { kernelDigest, ramdiskDigest, key, isDebug, salt } = firmware.body;
      cells.set('recordParent', parents.indexOf(firmware.key), disk);
      cells.set('recordCode', imageNumber(boot, kernelDigest, ramdiskDigest), disk);
      cells.set('recordKey', key, disk);
      cells.set('recordMode', isDebug, disk);
      cells.set('recordSalt', salt, disk);
    }
    if (typeof payload === 'object') {
      cells.set('guestRecordSecret', numberOf(boot, payload.key), disk);
      cells.set('guestRecordApk', payload.body.apk, disk);
      cells.set('guestRecordApex', payload.body.apex, disk);
    }
  }

  private bearer({ secret, payloadKey, keeperSecret, image, apk, apex }: Bearer, bearer: number): void {
    const { cells, boot } = this;
    cells.set('secret', secret && numberOf(boot, secret), bearer);
    cells.set('payloadKey', payloadKey, bearer);
    cells.set('keeperSecret', keeperSecret, bearer);
    cells.set('bearerCode', image && imageNumber(boot, image.kernel, image.ramdisk), bearer);
    cells.set('bearerApk', apk, bearer);
    cells.set('bearerApex', apex, bearer);
  }

  private vm(vm: Vm): void {
    const { cells, boot } = this;
    const { image } = vm.bearer;
    cells.set('stage', stages.indexOf(vm.stage));
    cells.set('vmParent', parents.indexOf(vm.parent));
    cells.set('vmChained', vm.isChained);
    cells.set('vmCertified', vm.certificates);
    cells.set('vmTree', vm.tree);
    cells.set('vmCode', image && imageNumber(boot, image.kernel, image.ramdisk));
    cells.set('vmRegime', regimes.indexOf(vm.regime));
    cells.set('vmDisk', vm.disk);
    cells.set('vmInstance', vm.instance);
    cells.set('vmNew', vm.isNew);
    cells.set('vmArgued', vm.hasArguments);
    cells.set('vmPolicy', vm.hasPolicy);
    cells.set('vmShared', vm.sharesPages);
    cells.set('vmLoaded', vm.loaded);
    cells.set('vmSystem', vm.system);
    cells.set('vmExtra', vm.extra);
    cells.set('vmMounted', vm.mounted);
    regions.forEach((region, number) => cells.set('left', leftovers.indexOf(vm.memory[region]), number));
    this.bearer(vm.bearer, 0);
  }
}
