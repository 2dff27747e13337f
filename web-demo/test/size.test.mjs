import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const client = join(dirname(fileURLToPath(import.meta.url)), "../client/tandem.js");

test("the client is under 8 KB, minified and zipped, and needs nothing else", async () => {
  const { outputFiles } = await build({ entryPoints: [client], bundle: true, minify: true, format: "esm", write: false });
  const size = gzipSync(outputFiles[0].contents, { level: 9 }).length;
  assert.ok(size < 8_000, `${size} bytes`);
  for (const document of ["README.md", "docs/json-client.md", "web-demo/client/README.md"]) {
    const told = Number(/([\d.]+) KB/.exec(readFileSync(join(root, document), "utf8"))[1]) * 1_000;
    assert.ok(told >= size - 50 && told < size + 500, `${document} says ${told}, it is ${size}`);
  }
  assert.doesNotMatch(outputFiles[0].text, /\bimport\b|\bfrom"/);
});
