/** `pvm-spec/model`: the reference machine, and evidence as bytes. */
export { ModelTarget, linux } from '../model/target.ts';
export { Machine as ModelMachine, wholeDesign } from '../model/machine.ts';
export type { MachineOptions } from '../model/machine.ts';
export { smallConfig } from '../model/small-config.ts';
export { decode as decodeCbor } from '../model/cbor/decode.ts';
export { encode as encodeCbor } from '../model/cbor/encode.ts';
export { deriveCdis } from '../model/dice/derive.ts';
export { readEvidence } from '../model/evidence/evidence.ts';
export { bytesOf, findPartition } from '../model/instance/disk.ts';
export { openMicrodroid, openPvmfw } from '../model/instance/records.ts';
