// Node-RED settings for a plant: `node-red --settings …/settings/hardened.settings.cjs`. It refuses to start without an
// account, installs nothing at run time and keeps an audit log. Environment: see docs/how-to/run-in-a-plant.md.
const path = require("node:path");
const { hardenedSettings, siteFromEnvironment } = require(path.join(__dirname, "..", "dist", "settings", "profile.js"));

module.exports = hardenedSettings(siteFromEnvironment(process.env));
