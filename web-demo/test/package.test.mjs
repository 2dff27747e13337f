import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makePackage } from "../pack.mjs";

test("the npm package has what it promises, and another program can use it", async () => {
  const scratch = mkdtempSync(join(tmpdir(), "tandem-package-"));
  try {
    const folder = await makePackage(join(scratch, "package"));
    const [{ files, name, version }] = JSON.parse(npm(folder, "pack", "--dry-run", "--json", "--ignore-scripts"));
    const packed = files.map(({ path }) => path);
    const { exports, types, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    assert.ok(name === "tandem-client" && /^\d+\.\d+\.\d+$/.test(version) && license);
    const promised = [types, ...Object.values(exports).flatMap((each) => Object.values(each))];
    promised.forEach((path) => assert.ok(packed.includes(path.slice(2)), path));
    assert.ok(["README.md", "examples/call.html", "examples/raw.js"].every((path) => packed.includes(path)));

    assert.ok(!packed.some((path) => path.startsWith("src/")));

    mkdirSync(join(scratch, "app/node_modules"), { recursive: true });
    symlinkSync(folder, join(scratch, "app/node_modules/tandem-client"));
    writeFileSync(join(scratch, "app/package.json"), '{"type": "module"}');
    const imports = ["", "/min"].map((min) => `import { connect as connect${min.length} } from "tandem-client${min}";
import { Mesh as Mesh${min.length} } from "tandem-client/mesh${min}";`);
    const app = join(scratch, "app/app.js");
    writeFileSync(app, `${imports.join("\n")}\nexport const all = [connect0, connect4, Mesh0, Mesh4];`);
    const { all } = await import(app);
    assert.ok(all.every((each) => typeof each === "function"));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

const npm = (cwd, ...words) => execFileSync("npm", words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
