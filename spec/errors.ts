/** The errors that a call is refused with, by their names in the ABI. */
export type Errno =
  'EPERM' | 'ENOENT' | 'E2BIG' | 'EAGAIN' | 'ENOMEM' | 'EFAULT' | 'EBUSY' | 'EINVAL' | 'ERANGE' | 'EHWPOISON';
