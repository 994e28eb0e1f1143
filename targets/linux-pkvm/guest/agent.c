// SPDX-License-Identifier: Apache-2.0
/*
 * The first and only process of the machine. It loads the module, then carries batches of requests from the serial
 * port to the module and its answers back. A batch ends with a line that holds a single dot. There is no C library.
 */
#define SYS_OPENAT		56
#define SYS_READ		63
#define SYS_WRITE		64
#define SYS_NANOSLEEP		101
#define SYS_MOUNT		40
#define SYS_MKDIRAT		34
#define SYS_REBOOT		142
#define SYS_FINIT_MODULE	273

#define AT_FDCWD		(-100)
#define O_RDONLY		0
#define O_RDWR			2
#define REBOOT_MAGIC1		0xfee1dead
#define REBOOT_MAGIC2		672274793
#define REBOOT_POWER_OFF	0x4321fedc

static char batch[65536], answers[65536 + 2];

static long syscall(long number, long a, long b, long c, long d, long e)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;

	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
	return x0;
}

static int open_file(const char *path, long flags)
{
	return syscall(SYS_OPENAT, AT_FDCWD, (long)path, flags, 0, 0);
}

static void pause_ms(long ms)
{
	long time[2] = { 0, ms * 1000000 };

	syscall(SYS_NANOSLEEP, (long)time, 0, 0, 0, 0);
}

static void die(const char *reason, long length)
{
	int console = open_file("/dev/console", O_RDWR);

	syscall(SYS_WRITE, console, (long)reason, length, 0, 0);
	syscall(SYS_REBOOT, REBOOT_MAGIC1, REBOOT_MAGIC2, REBOOT_POWER_OFF, 0, 0);
	for (;;)
		pause_ms(100);
}
#define DIE(reason) die("pkvm-target: " reason "\n", sizeof("pkvm-target: " reason))

static void write_all(int file, const char *from, long size)
{
	while (size > 0) {
		long done = syscall(SYS_WRITE, file, (long)from, size, 0, 0);

		if (done <= 0)
			DIE("cannot write to the port");
		from += done;
		size -= done;
	}
}

/* Length of the batch that the buffer starts with, its closing line included; 0 if it is not complete. */
static long batch_length(long filled)
{
	long i;

	for (i = 0; i + 1 < filled; i++)
		if (batch[i] == '.' && batch[i + 1] == '\n' && (i == 0 || batch[i - 1] == '\n'))
			return i + 2;
	return 0;
}

static void serve(int module, int port, long length)
{
	long size = 0, got;

	if (length > 2 && syscall(SYS_WRITE, module, (long)batch, length - 2, 0, 0) != length - 2)
		DIE("the module takes no such batch");
	while ((got = syscall(SYS_READ, module, (long)(answers + size), sizeof(answers) - 2 - size, 0, 0)) > 0)
		size += got;
	answers[size] = '.';
	answers[size + 1] = '\n';
	write_all(port, answers, size + 2);
}

/* Modules are numbered in the order in which they are wanted; our own comes last. */
static void load_modules(void)
{
	static char path[] = "/0.ko";
	int file;

	for (; (file = open_file(path, O_RDONLY)) >= 0; path[1]++)
		if (syscall(SYS_FINIT_MODULE, file, (long)"", 0, 0, 0) < 0)
			DIE("a module cannot be loaded");
}

static int connect_port(void)
{
	int tries, port;

	for (tries = 0; tries < 500; tries++) {
		port = open_file("/dev/vport0p1", O_RDWR);
		if (port >= 0)
			return port;
		pause_ms(10);
	}
	DIE("there is no serial port");
	return -1;
}

void run(void)
{
	long filled = 0, length, got, i;
	int module, port;

	syscall(SYS_MKDIRAT, AT_FDCWD, (long)"/dev", 0755, 0, 0);
	syscall(SYS_MOUNT, (long)"dev", (long)"/dev", (long)"devtmpfs", 0, 0);
	load_modules();
	module = open_file("/dev/pkvm-target", O_RDWR);
	if (module < 0)
		DIE("the module has no device");
	port = connect_port();
	write_all(port, "ready\n.\n", 8);
	for (;;) {
		got = syscall(SYS_READ, port, (long)(batch + filled), sizeof(batch) - filled, 0, 0);
		if (got <= 0) {
			pause_ms(1);
			continue;
		}
		filled += got;
		while ((length = batch_length(filled))) {
			serve(module, port, length);
			for (i = length; i < filled; i++)
				batch[i - length] = batch[i];
			filled -= length;
		}
	}
}

__asm__(".globl _start\n_start:\tbl run\n");
