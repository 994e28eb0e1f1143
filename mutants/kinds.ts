/** The kinds of faults: where their counterexamples are, how a file is read, and what is wrong with one that shows nothing. */
import { flawOfEvidence } from './evidence/fault.ts';
import type { EvidenceFault } from './evidence/fault.ts';
import type { EvidenceCounterexample } from './evidence/file.ts';
import { flawOfBoot } from './boot/fault.ts';
import type { BootFault } from './boot/fault.ts';
import type { NamedFault } from './fault.ts';
import { flawOfFault, weaknessOfRun } from './model/fault.ts';
import type { Fault } from './model/fault.ts';
import { androidFaults } from './android/all.ts';
import { bootFaults } from './boot/all.ts';
import { imageFaults } from './images/all.ts';
import { flawOfImage } from './images/fault.ts';
import type { ImageFault } from './images/fault.ts';
import type { ImageCounterexample } from './images/file.ts';
import { imageFormat } from './images/file.ts';
import { insideFaults } from './inside/all.ts';
import { evidenceFaults } from './evidence/all.ts';
import { evidenceFormat } from './evidence/file.ts';
import { deviceFaults } from './device/all.ts';
import { interruptFaults } from './interrupts/all.ts';
import { faults } from './model/all.ts';
import { ruleFaults } from './rule-faults.ts';
import { counterexampleFormat } from '../search/counterexamples/file.ts';
import type { Counterexample } from '../search/counterexamples/file.ts';
import type { FileFormat } from '../search/counterexamples/format.ts';

export interface Kind<F extends NamedFault, C> {
  /** Beside this file. */
  readonly folder: string;
  readonly faults: readonly F[];
  readonly format: FileFormat<C>;
  readonly flawOf: (fault: F, counterexample: C) => string | undefined;
  /** How little of the fault a counterexample shows: 0 where it shows all. */
  readonly weaknessOf?: (fault: F, counterexample: C) => number;
}

export const ofTheModel: Kind<Fault, Counterexample> = {
  folder: 'model',
  faults,
  format: counterexampleFormat,
  flawOf: flawOfFault,
  weaknessOf: weaknessOfRun,
};

export const ofBoot: Kind<BootFault, Counterexample> = {
  folder: 'boot',
  faults: bootFaults,
  format: counterexampleFormat,
  flawOf: flawOfBoot,
};

export const ofInside: Kind<BootFault, Counterexample> = { ...ofBoot, folder: 'inside', faults: insideFaults };
export const ofDevice: Kind<BootFault, Counterexample> = { ...ofBoot, folder: 'device', faults: deviceFaults };
export const ofAndroid: Kind<BootFault, Counterexample> = { ...ofBoot, folder: 'android', faults: androidFaults };
export const ofInterrupts: Kind<BootFault, Counterexample> = {
  ...ofBoot,
  folder: 'interrupts',
  faults: interruptFaults,
};

export const ofEvidence: Kind<EvidenceFault, EvidenceCounterexample> = {
  folder: 'evidence',
  faults: evidenceFaults,
  format: evidenceFormat,
  flawOf: flawOfEvidence,
};

export const ofImages: Kind<ImageFault, ImageCounterexample> = {
  folder: 'images',
  faults: imageFaults,
  format: imageFormat,
  flawOf: flawOfImage,
};

export const allFaults: readonly NamedFault[] = [...faults, ...ruleFaults, ...evidenceFaults, ...imageFaults];
