/** `pvm-spec/targets`: what answers calls, and recordings of what was answered. */
export { TargetProblem } from '../targets/problem.ts';
export { StdioTarget } from '../targets/stdio/target.ts';
export type { StdioOptions } from '../targets/stdio/target.ts';
export { linesOf } from '../targets/transcript/lines.ts';
export { MalformedLine, parseHeader, parseLine } from '../targets/transcript/read.ts';
export { LinuxPkvm } from '../targets/linux-pkvm/target.ts';
export type { LinuxPkvmOptions } from '../targets/linux-pkvm/target.ts';
export { MachineDied } from '../targets/linux-pkvm/driver.ts';
export { cacheFolder, findInstalled } from '../targets/linux-pkvm/installed.ts';
export type { Installed } from '../targets/linux-pkvm/installed.ts';
export { SetupProblem } from '../targets/linux-pkvm/packages.ts';
export { setUp } from '../targets/linux-pkvm/setup.ts';
export type { SetupOptions, SetupReport } from '../targets/linux-pkvm/setup.ts';
