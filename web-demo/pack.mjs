/**
 * Makes the npm package of the client in target/package, ready for `npm pack` or `npm publish` there: node pack.mjs. It
 * has what is written by hand in client/, and what is made of it and of the schema.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { declarations } from "./protocol/typescript.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/** Returns the folder. */
export async function makePackage(folder = join(here, "target/package")) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(here, "client"), folder, { recursive: true });
  writeFileSync(join(folder, "protocol.d.ts"), declarations());
  await build({
    entryPoints: [join(folder, "tandem.js"), join(folder, "mesh.js")],
    outdir: join(folder, "dist"),
    format: "esm",
    minify: true,
    logLevel: "warning",
  });
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await makePackage());
}
