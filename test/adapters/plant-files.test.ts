import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readPlantDirectory, watchPlantDirectory } from "../../adapters/files/plant-files.ts";

const PLANT = "plant: { enterprise: acme, site: galway, zone: Europe/Dublin }\n";

describe("plant files on disk", () => {
  let directory: string;
  const put = (name: string, content: string | Uint8Array): void => writeFileSync(path.join(directory, name), content);

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "twinline-files-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** `file:line sentence` of each problem. */
  async function problems(where = directory): Promise<readonly string[]> {
    const reading = await readPlantDirectory(where);
    return "problems" in reading ? reading.problems.map(({ file, line, message }) => `${path.basename(file)}:${line} ${message}`) : [];
  }

  it("are all .yaml and .yml files of the directory; other and hidden files are left alone", async () => {
    put("a.yaml", PLANT);
    put("b.yml", "products: { still: { idealCycleSeconds: { '*': 1 } } }");
    put(".c.yaml", "not: [ yaml");
    put("notes.txt", "not: [ yaml");
    const reading = await readPlantDirectory(directory);
    assert.ok("model" in reading);
    assert.deepEqual([...reading.model.products.keys()], ["still"]);
  });

  it("give a SHA-256 as the revision of the model", async () => {
    put("a.yaml", PLANT);
    const reading = await readPlantDirectory(directory);
    assert.ok("model" in reading);
    assert.match(reading.model.revision, /^[0-9a-f]{64}$/);
  });

  it("may start with a byte order mark", async () => {
    put("a.yaml", `\uFEFF${PLANT}`);
    assert.deepEqual(await problems(), []);
  });

  it("that are missing as a whole are one clear problem", async () => {
    const nowhere = path.join(directory, "nowhere");
    assert.match((await problems(nowhere))[0] ?? "", /^nowhere:1 There is no directory .*nowhere\. Create it/);
    assert.match((await problems())[0] ?? "", /holds no \.yaml file/);
    put("file", "");
    assert.match((await problems(path.join(directory, "file")))[0] ?? "", /is a file\. Name the directory that holds it/);
  });

  it("that are not UTF-8 are named with the line", async () => {
    put("a.yaml", PLANT);
    put("b.yaml", new Uint8Array([...Buffer.from("# one\n# two\n# gr"), 0xfc, 0xdf, 0x65, 0x0a]));
    assert.deepEqual(await problems(), ["b.yaml:3 The file is not UTF-8. Save it with that encoding."]);
  });

  it("that are too large or no files are refused without being read", async () => {
    put("a.yaml", PLANT);
    put("b.yaml", "");
    truncateSync(path.join(directory, "b.yaml"), 3 * 1024 * 1024);
    mkdirSync(path.join(directory, "c.yaml"));
    const found = await problems();
    assert.match(found[0] ?? "", /^b\.yaml:1 The file has 3145728 bytes; at most 2097152 are allowed/);
    assert.match(found[1] ?? "", /^c\.yaml:1 The file cannot be read \(EISDIR\)/);
  });

  it("are watched: several writes in a row are one change, other files are none, and stopping ends it", async () => {
    put("a.yaml", PLANT);
    let changes = 0;
    const news = new EventEmitter();
    const changed = once(news, "change");
    const count = (): void => {
      changes += 1;
      news.emit("change");
    };
    const stop = watchPlantDirectory(directory, count, (fault) => assert.fail(fault));
    put("notes.txt", "x");
    for (const remark of ["1", "2", "3"]) put("a.yaml", `${PLANT}# ${remark}\n`);
    await changed;
    stop();
    put("a.yaml", PLANT);
    assert.equal(changes, 1);
  });

  it("of a directory that cannot be watched are reported, not thrown", () => {
    const faults: Error[] = [];
    watchPlantDirectory(
      path.join(directory, "nowhere"),
      () => undefined,
      (fault) => faults.push(fault),
    )();
    assert.equal(faults.length, 1);
  });
});
