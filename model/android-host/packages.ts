/** The package manager: permissions with their protection levels, as manifests of the releases have them. */
import type { App, Permission } from '../../spec/host/config.ts';

type Level = 'signature' | 'privileged' | 'preinstalled' | 'development';
export type Release = 'android-14' | 'android-15';

/** `<permission android:protectionLevel="…">` of each. */
const manifest: Readonly<Record<Permission, (release: Release) => string>> = {
  MANAGE: (release) =>
    release === 'android-14' ? 'signature|privileged|development' : 'signature|preinstalled|development',
  CUSTOM: () => 'signature|development',
  DEBUG: () => 'signature',
};

/** On which grounds an app can be granted something. */
function groundsOf(app: App): ReadonlySet<Level> {
  const grounds: (Level | false)[] = [
    app.platform === true && 'signature',
    app.privileged === true && 'privileged',
    app.preinstalled === true && 'preinstalled',
    app.developed === true && 'development',
  ];
  return new Set(grounds.filter((one) => one !== false));
}

export function isGrantable(app: App, permission: Permission, release: Release): boolean {
  const grounds = groundsOf(app);
  return manifest[permission](release)
    .split('|')
    .some((level) => grounds.has(level as Level));
}
