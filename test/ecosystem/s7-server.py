"""A real S7 server with one data block, for the ecosystem tests.

Prints {"port": n} when it listens. Answers each line on standard input with one line: "writes" with the
number of write requests so far, a JSON object {"at": byte, "hex": "…"} by changing the data block, and ends with the input.
"""

import json
import sys

sys.path.insert(0, sys.argv[1])
from snap7.server import Server  # noqa: E402
from snap7.type import SrvArea  # noqa: E402


class Counting(Server):
    """Counts what asks to write, before it is answered."""

    writes = 0

    def _handle_write_area(self, request, client_address):
        Counting.writes += 1
        return super()._handle_write_area(request, client_address)


port = int(sys.argv[2])
block = bytearray(64)
server = Counting(log=False)
server.register_area(SrvArea.DB, 1, block)
server.start_to("127.0.0.1", port)
print(json.dumps({"port": port}), flush=True)
for line in sys.stdin:
    if line.strip() == "writes":
        print(Counting.writes, flush=True)
        continue
    change = json.loads(line)
    data = bytes.fromhex(change["hex"])
    block[change["at"] : change["at"] + len(data)] = data
    print("done", flush=True)
server.stop()
