import fc from 'fast-check';

const { PVM_SPEC_SEED: text } = process.env;
const seed = text === undefined || text === '' ? undefined : Number(text);
if (seed !== undefined && !Number.isSafeInteger(seed)) {
  throw new Error(`PVM_SPEC_SEED must be an integer, not '${text ?? ''}'`);
}

fc.configureGlobal({
  // why: without it a sequence of at most 100 calls never grows beyond 10.
  defaultSizeToMaxWhenMaxSpecified: true,
  ...(seed === undefined ? {} : { seed }),
});
