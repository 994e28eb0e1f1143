#!/usr/bin/env python3
"""A tiny hypervisor that speaks the line protocol: the host can share pages with it, and reserve VMs.

It keeps two dictionaries and checks what pKVM checks, in pKVM's order. `broken.py` is its twin that forgets one check.
"""
import json
import sys

MEMORY, LAST, OTHER = "memory", "last page of the address space", "no memory"
HANDLES = range(0x1000, 0x1000 + 255)


class Refused(Exception):
    """A call is refused: the name of the error."""


class Tiny:
    def start(self, header):
        """Everything belongs to the host, and reads as zero."""
        self.kinds = {name: MEMORY for name in header["pages"]}
        self.aliases = {}
        for name, page in header["specialPages"].items():
            if page["kind"] == "alias":
                self.aliases[name] = page["of"]
            else:
                self.kinds[name] = LAST if page["kind"] == LAST else OTHER
        self.shared = set()
        self.words = {}
        self.reserved = set()

    def page(self, args):
        """A page by the name that the caller gave it; an alias reaches the page that it wraps to."""
        return self.aliases.get(args["page"], args["page"])

    def require(self, condition, error):
        if not condition:
            raise Refused(error)

    def host_share_hyp(self, args):
        page = self.page(args)
        self.require(self.kinds[page] != LAST, "EINVAL")
        self.require(self.kinds[page] == MEMORY, "EPERM")
        self.require(page not in self.shared, "EPERM")
        self.shared.add(page)
        return {"ret": 0}

    def host_unshare_hyp(self, args):
        page = self.page(args)
        self.require(self.kinds[page] != LAST, "EINVAL")
        self.require(self.kinds[page] == MEMORY, "EPERM")
        self.require(page in self.shared, "EPERM")
        self.shared.remove(page)
        return {"ret": 0}

    def host_read(self, args):
        page = self.page(args)
        if self.kinds[page] != MEMORY:
            return {"fault": "EFAULT"}
        return {"value": self.words.get((page, args["offset"]), "0x0")}

    def host_write(self, args):
        page = self.page(args)
        if self.kinds[page] != MEMORY:
            return {"fault": "EFAULT"}
        self.words[page, args["offset"]] = args["value"]
        return {"ok": True}

    def reserve_vm(self, args):
        free = [handle for handle in HANDLES if handle not in self.reserved]
        self.require(free, "ENOMEM")
        self.reserved.add(free[0])
        return {"ret": free[0]}

    def unreserve_vm(self, args):
        """Returns nothing, whether the handle was reserved or not."""
        self.reserved.discard(args["handle"])
        return {}


CALLS = ["host_share_hyp", "host_unshare_hyp", "host_read", "host_write", "reserve_vm", "unreserve_vm"]


def serve(hypervisor):
    """One line in, one line out: a header starts afresh, everything else is a call."""
    about = {"hypervisor": "tiny", "release": "1", "machine": "python", "mode": "in memory"}
    say({"pvmTarget": 1, "target": about, "profile": "linux-7.3", "calls": CALLS})
    for line in sys.stdin:
        message = json.loads(line)
        if message.get("format") == "pvm-trace":
            hypervisor.start(message)
            say({"ready": True})
        else:
            try:
                say(getattr(hypervisor, message["op"])(message["args"]))
            except Refused as refusal:
                say({"ret": str(refusal)})


def say(message):
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    serve(Tiny())
