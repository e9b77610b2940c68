// Nodes of the throughput bench: a closed-loop source, a sink that answers it, another that ends the run because a
// message was refused, and a node that only passes on.
const { EventEmitter } = require("node:events");

const arrived = new EventEmitter();

module.exports = function (RED) {
  RED.nodes.registerType("bench-source", function (config) {
    RED.nodes.createNode(this, config);
    /** Sends `total` messages, at most `inFlight` at a time; resolves with the seconds it took, rejects when one is refused. */
    this.run = (total, inFlight, make) =>
      new Promise((resolve, reject) => {
        let sent = 0;
        let received = 0;
        const refused = `${config.sink} refused`;
        const started = performance.now();
        const onArrival = () => {
          received += 1;
          if (received === total) {
            arrived.off(config.sink, onArrival).off(refused, reject);
            resolve((performance.now() - started) / 1_000);
          } else if (sent < total) {
            this.send(make(sent++));
          }
        };
        arrived.on(config.sink, onArrival).once(refused, reject);
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
  RED.nodes.registerType("bench-refused", function (config) {
    RED.nodes.createNode(this, config);
    this.on("input", (message, _send, done) => {
      const { code, message: sentence } = message.payload[0];
      arrived.emit(`${config.sink} refused`, new Error(`${code}: ${sentence}`));
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
