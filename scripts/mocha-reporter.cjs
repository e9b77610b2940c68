// The spec reporter, plus a count of the run written to the file named by TWINLINE_COUNTS.
const fs = require("node:fs");
const Mocha = require("mocha");
const { EVENT_RUN_END, EVENT_TEST_PENDING } = Mocha.Runner.constants;

module.exports = class CountingReporter extends Mocha.reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on(EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures } = runner.stats;
      if (process.env.TWINLINE_COUNTS)
        fs.writeFileSync(process.env.TWINLINE_COUNTS, JSON.stringify({ passed: passes, failed: failures, skipped }));
    });
  }
};
