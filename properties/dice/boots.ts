/** Devices and what their stages measured, as laws draw them. */
import fc from 'fast-check';
import type { KeyKind } from '../../spec/evidence/facts.ts';
import type { Layer, Stage } from '../../model/dice/certificate.ts';
import { firstStage, nextStage } from '../../model/dice/certificate.ts';
import { componentDescriptor } from '../../model/dice/config.ts';
import { modes } from '../../model/dice/labels.ts';

export const bytesOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length, size: 'max' });
const hashes = bytesOf(64);
// P-384 is several times slower than the others, so it is drawn less often.
export const kinds = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<KeyKind>('Ed25519', 'P-256') },
  { weight: 1, arbitrary: fc.constant<KeyKind>('P-384') },
);

export const layers: fc.Arbitrary<Layer> = fc.record({
  codeHash: hashes,
  config: fc
    .record({ name: fc.string({ maxLength: 20 }), securityVersion: fc.nat(), resettable: fc.boolean() })
    .map((component) => ({ descriptor: componentDescriptor(component) })),
  authorityHash: hashes,
  mode: fc.constant(modes.normal),
  hidden: hashes,
});

export const profile = 'android.16';

/** A boot: a device, and what each of its stages measured of the next. */
export interface Boot {
  readonly uds: Uint8Array;
  readonly rootKind: KeyKind;
  readonly stages: readonly { readonly layer: Layer; readonly kind: KeyKind }[];
}

export const boots = (least: number): fc.Arbitrary<Boot> =>
  fc.record({
    uds: bytesOf(32),
    rootKind: kinds,
    stages: fc.array(fc.record({ layer: layers, kind: kinds }), { minLength: least, maxLength: 4, size: 'max' }),
  });

export const start = ({ uds, rootKind, stages }: Boot): Stage =>
  stages.reduce((stage, { layer, kind }) => nextStage(stage, layer, kind, profile), firstStage(uds, rootKind));
