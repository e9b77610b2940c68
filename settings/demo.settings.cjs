// Node-RED settings of the demo site; `npm start` passes what it needs by environment. See settings/profile.ts.
const path = require("node:path");
const { demoSettings, siteFromEnvironment } = require(path.join(__dirname, "..", "dist", "settings", "profile.js"));

module.exports = demoSettings(siteFromEnvironment(process.env));
