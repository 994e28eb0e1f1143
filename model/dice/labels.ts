/** The numbers that Open DICE and its Android profile give to claims and to fields of configuration descriptors. */

export const claims = {
  issuer: 1,
  subject: 2,
  codeHash: -4670545,
  codeDescriptor: -4670546,
  configHash: -4670547,
  configDescriptor: -4670548,
  authorityHash: -4670549,
  authorityDescriptor: -4670550,
  mode: -4670551,
  subjectKey: -4670552,
  keyUsage: -4670553,
  profileName: -4670554,
} as const;

export const configFields = {
  componentName: -70002,
  componentVersion: -70003,
  resettable: -70004,
  securityVersion: -70005,
  rkpVmMarker: -70006,
  instanceName: -70007,
} as const;

/** Keys that only the profile may give a meaning to. */
export const reservedFields = { from: -70999, to: -70000 } as const;

/** What Microdroid adds to the descriptor of its payload. */
export const microdroidFields = {
  configPath: -71000,
  payloadConfig: -71001,
  subcomponents: -71002,
  instanceHash: -71003,
} as const;

export const modes = { notConfigured: 0, normal: 1, debug: 2, recovery: 3 } as const;
