/**
 * The part of a configuration that is an Android host: apps, files that are given to VMs, VMs and instance ids. What an
 * app may have and who can write a file stand beside what the checks look at, so that properties need not trust these.
 */
import type { Config } from '../config.ts';

export const permissions = ['MANAGE', 'CUSTOM', 'DEBUG'] as const;
export type Permission = (typeof permissions)[number];

/** Whose SELinux domain may open vsock sockets: nobody's, that of a part of the framework, one that is exempted. */
export const domains = ['APP', 'FRAMEWORK', 'EXEMPT'] as const;

export interface App {
  readonly name: string;
  /** Signed with the platform's key. */
  readonly platform?: true;
  readonly privileged?: true;
  readonly preinstalled?: true;
  /** A developer grants it over adb what can be granted so. */
  readonly developed?: true;
  readonly domain?: (typeof domains)[number];
  /** What the release means it to have, whatever is checked. */
  readonly entitled: readonly (Permission | 'CHANNEL')[];
}

export const labels = [
  'apk_data_file',
  'shell_data_file',
  'staging_data_file',
  'system_file',
  'virtualizationservice_data_file',
  'vendor_microdroid_file',
  'app_data_file',
] as const;
export type Label = (typeof labels)[number];
/** Where a file lies. */
export const places = ['ELSEWHERE', 'VENDOR', 'VENDOR_IMAGE'] as const;

export interface HostFile {
  readonly name: string;
  readonly label: Label;
  readonly place: (typeof places)[number];
  /** An app can write it, whatever its label says. */
  readonly appWrites: boolean;
  /** It was made for VMs of this device, or brought by somebody who may. */
  readonly forVms: boolean;
}

export interface HostConfig {
  readonly apps: readonly App[];
  readonly files: readonly HostFile[];
  readonly vms: number;
  /** Instance ids that are told apart, and how many an app may have. */
  readonly ids: number;
  readonly idsPerApp: number;
}

/** A configuration in which there is no Android. */
export const noHost: HostConfig = { apps: [], files: [], vms: 0, ids: 0, idsPerApp: 0 };
export const hostOf = ({ host }: Pick<Config, 'host'>): HostConfig => host ?? noHost;
