#!/usr/bin/env python3
"""The twin of tiny.py that forgets one check: whether a page that is taken back had been shared at all."""
from tiny import LAST, MEMORY, Tiny, serve


class Broken(Tiny):
    def host_unshare_hyp(self, args):
        page = self.page(args)
        self.require(self.kinds[page] != LAST, "EINVAL")
        self.require(self.kinds[page] == MEMORY, "EPERM")
        self.shared.discard(page)
        return {"ret": 0}


if __name__ == "__main__":
    serve(Broken())
