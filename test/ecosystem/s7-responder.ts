/**
 * Answers reads of one data block as an S7 controller does: ISO-on-TCP (RFC 1006, ISO 8073 class 0) and the S7
 * communication that clients of a PLC speak. No S7 server can be had from npm or Debian without a compiled add-on, so
 * what the contrib package meets here is this responder, not a controller.
 */
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

export interface S7Responder {
  readonly port: number;
  /** Puts bytes into data block 1. */
  set(at: number, bytes: Uint8Array): void;
  /** Requests to write so far; each is refused. */
  readonly writes: number;
  stop(): Promise<void>;
}

const BLOCK_BYTES = 64;
const [CONNECT_REQUEST, CONNECT_CONFIRM, DATA] = [0xe0, 0xd0, 0xf0];
const [SETUP, READ, WRITE] = [0xf0, 0x04, 0x05];
const [JOB, ACKNOWLEDGED] = [1, 3];
const DATA_BLOCK = 0x84;
const [OK, REFUSED, NO_SUCH_ADDRESS] = [0xff, 0x03, 0x05];
const LARGEST_PDU = 240;

export async function startS7Responder(): Promise<S7Responder> {
  const block = Buffer.alloc(BLOCK_BYTES);
  const sockets = new Set<Socket>();
  let writes = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    let waiting = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 4 && waiting.length >= waiting.readUInt16BE(2)) {
        const length = waiting.readUInt16BE(2);
        const answer = answerTo(waiting.subarray(4, length), block, () => (writes += 1));
        if (answer !== undefined) socket.write(packet(answer));
        waiting = waiting.subarray(length);
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    set: (at, bytes) => block.set(bytes, at),
    get writes() {
      return writes;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** RFC 1006: version 3, reserved, length of all. */
function packet(content: Buffer): Buffer {
  const head = Buffer.from([3, 0, 0, 0]);
  head.writeUInt16BE(content.length + 4, 2);
  return Buffer.concat([head, content]);
}

function answerTo(request: Buffer, block: Buffer, onWrite: () => void): Buffer | undefined {
  const kind = request[1];
  if (kind === CONNECT_REQUEST) {
    // The caller's reference becomes the destination; what it proposed is taken.
    const confirm = Buffer.from(request);
    confirm[1] = CONNECT_CONFIRM;
    request.copy(confirm, 2, 4, 6);
    confirm.writeUInt16BE(1, 4);
    return confirm;
  }
  const s7 = request.subarray(3);
  if (kind !== DATA || s7[1] !== JOB) return undefined;
  const parameters = s7.subarray(10, 10 + s7.readUInt16BE(6));
  switch (parameters[0]) {
    case SETUP: {
      const agreed = Buffer.from(parameters);
      agreed.writeUInt16BE(Math.min(LARGEST_PDU, parameters.readUInt16BE(6)), 6);
      return acknowledged(s7, agreed, Buffer.alloc(0));
    }
    case READ:
      return acknowledged(s7, parameters.subarray(0, 2), items(parameters, block));
    case WRITE:
      onWrite();
      return acknowledged(s7, parameters.subarray(0, 2), Buffer.alloc(parameters[1] ?? 0, REFUSED));
    default:
      return undefined;
  }
}

function acknowledged(job: Buffer, parameters: Buffer, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.set([0x32, ACKNOWLEDGED], 0);
  job.copy(head, 4, 4, 6); // the reference by which the caller finds its job
  head.writeUInt16BE(parameters.length, 6);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([Buffer.from([2, DATA, 0x80]), head, parameters, data]);
}

/** Each item of a read, twelve bytes long, is answered by its bytes; all but the last fill whole words. */
function items(parameters: Buffer, block: Buffer): Buffer {
  const count = parameters[1] ?? 0;
  const answers = Array.from({ length: count }, (_, at) => {
    const item = parameters.subarray(2 + at * 12, 14 + at * 12);
    const [bytes, number, area] = [item.readUInt16BE(4), item.readUInt16BE(6), item[8]];
    const start = Math.floor(item.readUIntBE(9, 3) / 8);
    if (area !== DATA_BLOCK || number !== 1 || start + bytes > block.length) return Buffer.from([NO_SUCH_ADDRESS, 0, 0, 0]);
    const head = Buffer.from([OK, 0x04, 0, 0]);
    head.writeUInt16BE(bytes * 8, 2);
    const padding = at < count - 1 && bytes % 2 === 1 ? 1 : 0;
    return Buffer.concat([head, block.subarray(start, start + bytes), Buffer.alloc(padding)]);
  });
  return Buffer.concat(answers);
}
