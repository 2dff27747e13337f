/**
 * Bundles what the gateway serves: node build.mjs <output folder>. The page goes there, and beside it what belongs to the
 * JSON dialect: its client, and its schema with all that is made of it. Maven calls it; it does nothing when nothing
 * changed, and asks the network only when the libraries in package-lock.json are not there yet.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { referencePage } from "./protocol/page.mjs";
import { SCHEMA_FOLDER } from "./protocol/schema.mjs";
import { declarations } from "./protocol/typescript.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "target/classes/dev/tandem/demo");
const clientOut = join(out, "../client");
const schemaOut = join(out, "../schema");
const modules = join(here, "node_modules");

const TARGET = ["chrome120", "firefox121", "safari17"];

const stampFile = join(here, "target/demo.stamp");
const stamp = fingerprint(["package-lock.json", "build.mjs", "src", "client", "protocol", relative(here, SCHEMA_FOLDER)]);
if (read(stampFile) === stamp && [out, clientOut, schemaOut].every(existsSync)) {
  process.exit(0);
}
installLibraries();
await bundle();
await bundleClient();
describeProtocol();
mkdirSync(dirname(stampFile), { recursive: true });
writeFileSync(stampFile, stamp);

function installLibraries() {
  const installedFile = join(modules, ".installed");
  const wanted = fingerprint(["package-lock.json"]);
  if (read(installedFile) === wanted) {
    return;
  }
  console.log("web-demo: installing its JavaScript libraries (npm ci)");
  execFileSync("npm", ["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: here,
    stdio: "inherit",
  });
  writeFileSync(installedFile, wanted);
}

async function bundle() {
  const esbuild = await import("esbuild");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: ["src/app.js", "src/mesh.js", "src/style.css"],
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    target: TARGET,
    minify: true,
    chunkNames: "[name]-[hash]",
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  for (const file of ["index.html", "mesh.html", "icon.svg"]) {
    cpSync(join(here, "src", file), join(out, file));
  }
  writeFileSync(join(out, "licences.txt"), licences(Object.keys(result.metafile.inputs)));
  const sizes = Object.entries(result.metafile.outputs).map(([file, { bytes }]) => {
    return `${relative(out, join(here, file))} ${Math.ceil(bytes / 1024)} KiB`;
  });
  console.log(`web-demo: ${sizes.join(", ")}`);
}

/** The client as one module, made of its files, and its types; readable it is in the package. */
async function bundleClient() {
  const esbuild = await import("esbuild");
  rmSync(clientOut, { recursive: true, force: true });
  await esbuild.build({
    absWorkingDir: here,
    entryPoints: ["client/tandem.js", "client/mesh.js"],
    outdir: clientOut,
    bundle: true,
    format: "esm",
    target: TARGET,
    minify: true,
    logLevel: "warning",
  });
  for (const file of ["tandem.d.ts", "mesh.d.ts"]) {
    cpSync(join(here, "client", file), join(clientOut, file));
  }
  writeFileSync(join(clientOut, "protocol.d.ts"), declarations());
}

/** The schema as it is, under the name by which AsyncAPI refers to it, and what is made of it. */
function describeProtocol() {
  rmSync(schemaOut, { recursive: true, force: true });
  mkdirSync(schemaOut, { recursive: true });
  cpSync(join(SCHEMA_FOLDER, "tandem.v1.schema.json"), join(schemaOut, "tandem.v1.json"));
  cpSync(join(SCHEMA_FOLDER, "tandem.v1.asyncapi.json"), join(schemaOut, "tandem.v1.asyncapi.json"));
  cpSync(join(here, "protocol/reference.css"), join(schemaOut, "reference.css"));
  writeFileSync(join(schemaOut, "index.html"), referencePage());
  writeFileSync(join(schemaOut, "protocol.d.ts"), declarations());
}

/** The licence texts of everything that went into the bundles, as those licences ask. */
function licences(inputs) {
  const packages = new Set(inputs.map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1]).filter(Boolean));
  return [...packages]
    .sort()
    .map((name) => {
      const folder = join(modules, name);
      const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const texts = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file));
      return [`${name} ${version} (${license})`, ...texts.map((file) => readFileSync(join(folder, file), "utf8"))];
    })
    .flat()
    .join("\n\n");
}

/** One hash over the names and contents of files and folders. */
function fingerprint(paths) {
  const hash = createHash("sha256");
  const add = (path) => {
    if (statSync(path).isDirectory()) {
      readdirSync(path).sort().forEach((name) => add(join(path, name)));
    } else {
      hash.update(relative(here, path)).update("\0").update(readFileSync(path)).update("\0");
    }
  };
  paths.forEach((path) => add(join(here, path)));
  return hash.digest("hex");
}

function read(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
