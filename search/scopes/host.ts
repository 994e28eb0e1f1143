/** Scopes of an Android host: apps of every kind, files with every label, and VMs that they share. */
import type { App, HostConfig, HostFile } from '../../spec/host/config.ts';
import { noMemory } from './boot.ts';
import type { Scope } from './linux.ts';

const platformApp: App = { name: 'a platform app', platform: true, entitled: ['MANAGE', 'CUSTOM', 'DEBUG'] };
const developersApp: App = { name: "a developer's app", developed: true, entitled: ['MANAGE', 'CUSTOM'] };
const plainApp: App = { name: 'an app', entitled: [] };
const privilegedApp: App = { name: 'a privileged app', privileged: true, preinstalled: true, entitled: ['MANAGE'] };
const preinstalledApp: App = { name: 'a preinstalled app', preinstalled: true, entitled: ['MANAGE'] };
const adbd: App = { name: 'adbd', domain: 'FRAMEWORK', entitled: ['CHANNEL'] };
const vendorService: App = { name: 'a service of the vendor', domain: 'EXEMPT', entitled: [] };

const ofSystem: HostFile = {
  name: 'a system image',
  label: 'system_file',
  place: 'ELSEWHERE',
  appWrites: false,
  forVms: true,
};
const files: readonly HostFile[] = [
  ofSystem,
  { ...ofSystem, name: 'an APK', label: 'apk_data_file' },
  { ...ofSystem, name: 'a staged APEX', label: 'staging_data_file' },
  { ...ofSystem, name: "a developer's file", label: 'shell_data_file' },
  { ...ofSystem, name: 'a file of the service', label: 'virtualizationservice_data_file' },
  { ...ofSystem, name: "the vendor's image for VMs", label: 'vendor_microdroid_file', place: 'VENDOR_IMAGE' },
  { ...ofSystem, name: 'a driver of the vendor', place: 'VENDOR', forVms: false },
  { ...ofSystem, name: 'a file of an app', label: 'app_data_file', appWrites: true },
];

const scope = (name: string, host: HostConfig, weights: Scope['weights']): Scope => ({
  name,
  config: { ...noMemory, host },
  prelude: [],
  weights,
});
// A fall ends what laws speak of, and a removed app has to be granted everything anew.
const weights: Scope['weights'] = {
  host_falls: 0.02,
  remove_app: 0.1,
  drop_handle: 0.5,
  grant_permission: 2,
  pass_handle: 2,
  allocate_id: 2,
  claim_id: 2,
  tell_id: 2,
};

export const apps: Scope = scope(
  'apps',
  {
    apps: [platformApp, developersApp, plainApp, privilegedApp, preinstalledApp, adbd, vendorService],
    files,
    vms: 3,
    ids: 5,
    idsPerApp: 2,
  },
  weights,
);
/** The same by what Android 14 means apps to have. */
export const apps14: Scope = {
  ...apps,
  name: 'apps-14',
  config: {
    ...apps.config,
    host: {
      ...(apps.config.host as HostConfig),
      apps: [
        platformApp,
        developersApp,
        plainApp,
        privilegedApp,
        { ...preinstalledApp, entitled: [] },
        adbd,
        vendorService,
      ],
    },
  },
};
/** An app that may have VMs and one that may not, two VMs, and no files. */
export const twoApps: Scope = scope(
  'two-owners',
  { apps: [platformApp, plainApp], files: [], vms: 2, ids: 0, idsPerApp: 0 },
  {},
);
/** Two apps, one VM, and a file of each kind. */
export const oneVm: Scope = scope(
  'one-vm',
  { apps: [developersApp, plainApp], files: [files[6], files[7]] as HostFile[], vms: 1, ids: 0, idsPerApp: 0 },
  {},
);
/** Instance ids alone. */
export const instanceIds: Scope = scope(
  'ids',
  { apps: [plainApp, preinstalledApp], files: [], vms: 0, ids: 3, idsPerApp: 2 },
  {},
);
