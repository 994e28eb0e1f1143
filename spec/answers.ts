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
  | 'EADDRINUSE';

/** Ways in which a guest's step ends without finishing: stage-2 faults and calls that the hypervisor hands to the host. */
export type GuestExit =
  | 'inst_abort:translation'
  | 'inst_abort:permission'
  | 'inst_abort:access_flag'
  | 'data_abort:translation'
  | 'data_abort:permission'
  | 'data_abort:access_flag'
  | 'hvc';

/** Errors of FF-A, of PSCI, and of Android's VirtualizationService, by their own names. */
export type SecureError = 'INVALID_PARAMETERS' | 'DENIED';
export type PowerError = 'INVALID_PARAMETERS' | 'ALREADY_ON';
export type ServiceError = 'ILLEGAL_STATE';

/** What a refused call is answered. `IGNORED`: the call returns nothing, so a refusal cannot be told from success. */
export type Refusal =
  | Errno
  | GuestExit
  | SecureError
  | PowerError
  | ServiceError
  | 'INVALID_PARAMETER'
  | 'NOT_SUPPORTED'
  | 'FAULT'
  | 'IGNORED'
  | 'PANIC';
