/** Changed images that a test tries: few, unless `PVM_SPEC_IMAGE_RUNS=100000 npx vitest run search/images` asks for more. */
export const imageRuns = Number(process.env['PVM_SPEC_IMAGE_RUNS'] ?? 100);
