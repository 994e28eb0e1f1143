/** What a configuration says of apps and files, as numbers. */
import type { Config } from '../config.ts';
import type { Attribute, Quantity } from '../given.ts';
import { domains, hostOf, labels, permissions, places } from './config.ts';
import type { App, HostFile } from './config.ts';

export const hostQuantities = {
  apps: { words: 'the number of apps', read: (config) => hostOf(config).apps.length },
  permissions: { words: 'the number of permissions', read: () => permissions.length },
  files: { words: 'the number of files', read: (config) => hostOf(config).files.length },
  hostVms: { words: 'the number of VMs', read: (config) => hostOf(config).vms },
  ids: { words: 'the number of instance ids', read: (config) => hostOf(config).ids },
  idsPerApp: { words: 'the most instance ids of an app', read: (config) => hostOf(config).idsPerApp },
} as const satisfies Record<string, Quantity>;

const ofApp = (words: string, read: (app: App) => number, more: Pick<Attribute, 'flag' | 'values'>): Attribute => ({
  words,
  otherwise: -1,
  ...more,
  over: (config: Config) => [hostOf(config).apps.length],
  read: (config, app = 0) => read(hostOf(config).apps[app] as App),
});
const ofFile = (words: string, read: (file: HostFile) => number, more: Pick<Attribute, 'flag' | 'values'>) =>
  ({
    words,
    otherwise: -1,
    ...more,
    over: (config: Config) => [hostOf(config).files.length],
    read: (config: Config, file = 0) => read(hostOf(config).files[file] as HostFile),
  }) satisfies Attribute;

export const hostAttributes = {
  platform: ofApp('{app} [is] signed with the platform key', (app) => Number(app.platform === true), { flag: true }),
  privileged: ofApp('{app} [is] privileged', (app) => Number(app.privileged === true), { flag: true }),
  preinstalled: ofApp('{app} [is] preinstalled', (app) => Number(app.preinstalled === true), { flag: true }),
  developed: ofApp('{app} [is] granted permissions by a developer', (app) => Number(app.developed === true), {
    flag: true,
  }),
  domain: ofApp('the domain of {app}', (app) => domains.indexOf(app.domain ?? 'APP'), { values: domains }),
  /** What an app is meant to have. */
  entitled: {
    words: '{app} [is] entitled to {permission}',
    flag: true,
    otherwise: 0,
    over: (config) => [hostOf(config).apps.length, permissions.length],
    read: (config, app = 0, permission = 0) => {
      const wanted = permissions[permission];
      return Number(wanted !== undefined && hostOf(config).apps[app]?.entitled.includes(wanted) === true);
    },
  },
  entitledToChannel: ofApp('{app} [is] entitled to sockets to VMs', (app) => Number(app.entitled.includes('CHANNEL')), {
    flag: true,
  }),
  fileLabel: ofFile('the label of {file}', ({ label }) => labels.indexOf(label), { values: labels }),
  filePlace: ofFile('the place of {file}', ({ place }) => places.indexOf(place), { values: places }),
  fileAppWrites: ofFile('an app [can] write {file}', ({ appWrites }) => Number(appWrites), { flag: true }),
  fileForVms: ofFile('{file} [is] for VMs', ({ forVms }) => Number(forVms), { flag: true }),
} as const satisfies Record<string, Attribute>;
