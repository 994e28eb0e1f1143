/** The device that a state of booting stands for. */
import type { Bearer, Device, Disk, Release, Secret, Vm } from '../../model/boot/device.ts';
import type { Region } from '../../model/boot/memory.ts';
import { emptyMemory } from '../../model/boot/memory.ts';
import type { Leftover } from '../../model/boot/secrets.ts';
import type { BootConfig } from '../../spec/boot/config.ts';
import { modes, parents, regimes, secretsOf } from '../../spec/boot/secrets.ts';
import { leftovers, records, regions, stages } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import { chainOf, codeNumbered, hasRegime, measuredNumbered, memoryOf, startedFrom } from './boot-bytes.ts';
import { asImage, kernelDigests, keys, ramdiskDigests, secretOf } from './boot-numbers.ts';
import type { Cells } from './cells.ts';

const optional = <K extends string, T>(name: K, value: T | undefined): { [P in K]?: T } =>
  (value === undefined ? {} : { [name]: value }) as { [P in K]?: T };

export class Reader {
  private readonly boot: BootConfig;
  private readonly cells: Cells;
  private readonly release: Release;

  constructor(boot: BootConfig, cells: Cells, release: Release) {
    this.release = release;
    this.boot = boot;
    this.cells = cells;
  }

  device(): Device | undefined {
    const device = this.withoutVm();
    if (device === undefined || this.cells.get('stage') === stages.indexOf('OFF')) return device;
    const vm = this.vm(device);
    if (vm === undefined || !fits(vm, this.release)) return undefined;
    const running = { ...device, vm };
    const memory = memoryOf(running, this.labels());
    return memory && { ...running, memory };
  }

  private labels(): Readonly<Record<Region, Leftover>> {
    const named = regions.map((region, at) => [region, leftovers[this.cells.get('left', at)] ?? 'NOTHING'] as const);
    return Object.fromEntries(named) as Record<Region, Leftover>;
  }

  private withoutVm(): Device | undefined {
    const { cells, boot } = this;
    if (!isWithin(boot, cells)) return undefined;
    const kept = cells.each('keptSecret', (instance) => [instance, this.kept(instance)] as const);
    return {
      release: this.release,
      pieces: boot,
      disks: cells.each('diskForm', (disk) => this.disk(disk)),
      secretkeeper: new Map(kept.flatMap(([instance, one]) => (one === undefined ? [] : [[instance, one] as const]))),
      sealed: cells.each('secret', (bearer) => this.bearer(bearer)).slice(1),
      knownSecrets: cells
        .each('knownSecret', (secret) => secret)
        .filter((secret) => cells.flag('knownSecret', secret))
        .flatMap((secret) => this.secret(secret) ?? []),
      knownParents: new Set(parents.filter((_, parent) => cells.flag('knownParent', parent))),
      memory: emptyMemory(),
      sharesPages: cells.flag('vmShared'),
      vm: undefined,
    };
  }

  private secret(number: number | undefined): Secret | undefined {
    const secret = number === undefined ? undefined : secretOf(this.boot, number);
    return secret && hasRegime(this.release, secret) ? secret : undefined;
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
      kernelDigest: kernelDigests(this.boot).of(digests.kernel),
      ramdiskDigest: digests.ramdisk === undefined ? undefined : ramdiskDigests(this.boot).of(digests.ramdisk),
      publicKey: keys(this.boot).of(cells.get('recordKey', disk)),
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
      ...optional('measured', image === undefined ? undefined : measuredNumbered(boot, image)),
      ...optional('apk', cells.maybe('bearerApk', bearer)),
      ...optional('apex', cells.maybe('bearerApex', bearer)),
    };
  }

  private vm(device: Device): Vm | undefined {
    const { cells, boot } = this;
    const stage = stages[cells.get('stage')] ?? 'OFF';
    const [bearer, image, code] = [this.bearer(0), cells.maybe('bearerCode'), cells.maybe('vmCode')];
    const entry =
      bearer.secret === undefined || image === undefined ? undefined : startedFrom(boot, bearer.secret, image);
    if (stage === 'OFF' || code === undefined || !entry) return undefined;
    const vm: Vm = {
      stage,
      parent: parents[cells.get('vmParent')] ?? 'FOREIGN',
      isChained: cells.flag('vmChained'),
      chain: [],
      entry,
      code: codeNumbered(boot, code),
      tree: cells.get('vmTree'),
      regime: regimes[cells.get('vmRegime')] ?? 'RECORD',
      disk: cells.maybe('vmDisk'),
      instance: cells.maybe('vmInstance'),
      isNew: cells.flag('vmNew'),
      hasArguments: cells.flag('vmArgued'),
      hasPolicy: cells.flag('vmPolicy'),
      bearer,
      ...optional('loaded', cells.maybe('vmLoaded')),
      ...optional('system', cells.maybe('vmSystem')),
      ...optional('extra', cells.maybe('vmExtra')),
      ...optional('mounted', cells.maybe('vmMounted')),
    };
    const chain = chainOf(device, vm, cells.get('vmCertified'));
    return chain && { ...vm, chain };
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
    bearer.measured !== undefined &&
    bearer.secret !== undefined &&
    (regime !== 'RECORD' || disk !== undefined)
  );
};

/** How many numbers there are for what a field can hold. */
const limitsOf = (boot: BootConfig): Partial<Record<FieldName, number>> => {
  const [images, secrets] = [boot.kernels.length * (boot.ramdisks.length + 1), secretsOf(boot)];
  return {
    vmTree: boot.trees.length,
    vmCode: images,
    vmDisk: boot.disks,
    vmInstance: boot.ids,
    vmLoaded: boot.loaded.length,
    vmSystem: boot.systems.length,
    vmExtra: boot.extras.length,
    vmMounted: boot.apexes.length,
    recordParent: parents.length,
    recordKey: boot.trusted.length,
    recordMode: modes.length,
    recordSalt: boot.ids + boot.randomSalts,
    guestRecordSecret: secrets,
    guestRecordApk: boot.apks.length,
    guestRecordApex: boot.apexes.length,
    secret: secrets,
    bearerCode: images,
    bearerApk: boot.apks.length,
    bearerApex: boot.apexes.length,
  };
};

/** Whatever is sealed or kept is whole, and every number is one of something. */
function isWithin(boot: BootConfig, cells: Cells): boolean {
  const limits = Object.entries(limitsOf(boot)) as [FieldName, number][];
  const isIn = limits.every(([field, limit]) => cells.each(field, (i) => cells.get(field, i)).every((n) => n < limit));
  const isWhole = (name: FieldName, fields: readonly FieldName[], isThere: (value: number) => boolean): boolean =>
    cells.each(name, (i) => i).every((i) => !isThere(cells.get(name, i)) || fields.every((f) => cells.get(f, i) >= 0));
  const isSealed = (value: number): boolean => records[value] === 'SEALED';
  return (
    isIn &&
    isWhole('record', ['recordParent', 'recordCode', 'recordKey', 'recordMode', 'recordSalt'], isSealed) &&
    isWhole('guestRecord', ['guestRecordSecret', 'guestRecordApk', 'guestRecordApex'], isSealed) &&
    isWhole('keptSecret', ['keptKey', 'keptKernel', 'keptPayload'], (secret) => secret >= 0)
  );
}
