/** Errors of the hypercall ABI, by their Linux names. */
export type Errno =
  | 'EPERM'
  | 'ENOENT'
  | 'E2BIG'
  | 'EAGAIN'
  | 'ENOMEM'
  | 'EFAULT'
  | 'EBUSY'
  | 'EINVAL'
  | 'ERANGE'
  | 'EHWPOISON'
  | 'EEXIST'
  | 'ENODEV'
  | 'EADDRINUSE'
  | 'EIO'
  | 'EACCES'
  | 'EROFS'
  | 'EBADF';

/**
 * Ways in which a guest's step ends without finishing: stage-2 faults, and what the hypervisor hands to the host; or
 * the guest takes an exception of its own (`undefined`).
 */
export type GuestExit =
  | 'inst_abort:translation'
  | 'inst_abort:permission'
  | 'inst_abort:access_flag'
  | 'data_abort:translation'
  | 'data_abort:permission'
  | 'data_abort:access_flag'
  | 'hvc'
  | 'smc'
  | 'wfx'
  | 'sysreg'
  | 'undefined';

/** Reboot reasons of pvmfw, as it prints them. */
export type RebootReason =
  | 'PVM_FIRMWARE_INVALID_CONFIG_DATA'
  | 'PVM_FIRMWARE_INVALID_BCC'
  | 'PVM_FIRMWARE_INVALID_DICE_HANDOVER'
  | 'PVM_FIRMWARE_INVALID_FDT'
  | 'PVM_FIRMWARE_INVALID_PAYLOAD'
  | 'PVM_FIRMWARE_INVALID_RAMDISK'
  | 'PVM_FIRMWARE_PAYLOAD_VERIFICATION_FAILED'
  | 'PVM_FIRMWARE_INTERNAL_ERROR';
/**
 * How the later stages end, by their own names where they have one; `POWER_LOST`: by no decision of their own,
 * `UNKNOWN_KEY`: what an attacker lacks.
 */
export type GuestFailure =
  | 'LOADER_FAILED'
  | 'INIT_FAILED'
  | 'PAYLOAD_VERIFICATION_FAILED'
  | 'PAYLOAD_CHANGED'
  | 'PAYLOAD_INVALID_CONFIG'
  | 'UNKNOWN_RUNTIME_ERROR'
  | 'POLICY_ERROR'
  | 'APEXD_FAILED'
  | 'NOT_READY'
  | 'UNKNOWN_KEY'
  | 'POWER_LOST';
/** Errors of FF-A, of PSCI, and of Android's VirtualizationService, by their own names. */
export type SecureError = 'INVALID_PARAMETERS' | 'DENIED';
export type PowerError = 'INVALID_PARAMETERS' | 'ALREADY_ON' | 'ON_PENDING' | 'INTERNAL_FAILURE';
export type ServiceError = 'ILLEGAL_STATE' | 'SECURITY' | 'ILLEGAL_ARGUMENT' | 'SERVICE_SPECIFIC' | 'EACCES';

/** How those who decide about evidence refuse; named here alike, as each has words of its own. */
export type AttestationError =
  'INVALID_DICE_CHAIN' | 'INVALID_SIGNATURE' | 'UNTRUSTED' | 'NOT_FRESH' | 'UNKNOWN_CHALLENGE' | 'POLICY_ERROR';

/** How a bootloader refuses, and the SoC. */
export type DeviceError = 'VERIFICATION_FAILED' | 'LOCKED' | 'NOT_ALLOWED';

/** What a refused call is answered. `IGNORED`: the call returns nothing, so a refusal cannot be told from success. */
export type Refusal =
  | Errno
  | GuestExit
  | RebootReason
  | GuestFailure
  | SecureError
  | PowerError
  | ServiceError
  | AttestationError
  | DeviceError
  | 'INVALID_PARAMETER'
  | 'NOT_SUPPORTED'
  | 'FAULT'
  | 'IGNORED'
  | 'PANIC';
