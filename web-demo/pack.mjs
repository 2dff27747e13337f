/**
 * Makes the npm package of the client in target/package, ready for `npm pack` or `npm publish` there: node pack.mjs. It
 * has what is written by hand in client/, each module as one readable file and a minified one, and what is made of the
 * schema.
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
  const sources = join(here, "client/src");
  cpSync(join(here, "client"), folder, { recursive: true, filter: (path) => path !== sources });
  writeFileSync(join(folder, "protocol.d.ts"), declarations());
  const modules = ["tandem.js", "mesh.js"].map((file) => join(here, "client", file));
  const options = { entryPoints: modules, bundle: true, format: "esm", logLevel: "warning" };
  await build({ ...options, outdir: folder, allowOverwrite: true });
  await build({ ...options, outdir: join(folder, "dist"), minify: true });
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await makePackage());
}
