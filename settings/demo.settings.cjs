// Node-RED settings of the demo site; `npm start` passes what it needs by environment. See settings/profile.ts.
const path = require("node:path");
const { demoSettings, siteFromEnvironment } = require(path.join(__dirname, "..", "dist", "settings", "profile.js"));

// The supervisor was killed: nobody would stop this Node-RED any more.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();

module.exports = demoSettings(siteFromEnvironment(process.env));
