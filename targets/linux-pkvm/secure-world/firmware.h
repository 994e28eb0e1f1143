/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
#ifndef FIRMWARE_H
#define FIRMWARE_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long s64;

/* What the code at a CPU's entry says, beside what the host's module has the secure world do: CurrentEL in x1. */
#define SERVICE_GO_ON	0xc2000004

/* Of x0 to x17 of a call, which become those of its answer: a call of the FF-A. False if the number is of no such call. */
int answer_ffa(u64 *x);
/* What the host's module has the secure world do: false if the number is of no such call. */
int answer_service(u64 *x);

#endif /* FIRMWARE_H */
