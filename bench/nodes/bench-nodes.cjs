// Nodes of the throughput bench: a closed-loop source, a sink that answers it, and a node that only passes on.
const { EventEmitter } = require("node:events");

const arrived = new EventEmitter();

module.exports = function (RED) {
  RED.nodes.registerType("bench-source", function (config) {
    RED.nodes.createNode(this, config);
    /** Sends `total` messages, at most `inFlight` at a time; resolves with the seconds it took. */
    this.run = (total, inFlight, make) =>
      new Promise((resolve) => {
        let sent = 0;
        let received = 0;
        const started = process.hrtime.bigint();
        const onArrival = () => {
          received += 1;
          if (received === total) {
            arrived.off(config.sink, onArrival);
            resolve(Number(process.hrtime.bigint() - started) / 1e9);
          } else if (sent < total) {
            this.send(make(sent++));
          }
        };
        arrived.on(config.sink, onArrival);
        while (sent < inFlight && sent < total) this.send(make(sent++));
      });
  });
  RED.nodes.registerType("bench-sink", function (config) {
    RED.nodes.createNode(this, config);
    this.on("input", (_message, _send, done) => {
      arrived.emit(config.id);
      done();
    });
  });
  RED.nodes.registerType("bench-pass", function (config) {
    RED.nodes.createNode(this, config);
    this.on("input", (message, send, done) => {
      send(message);
      done();
    });
  });
};
