import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { declarations } from "../../protocol/typescript.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/** The browser's types, which take longest to read. */
const libraries = {};

/** What the compiler says of files that stand beside the client's types. */
export function problems(files) {
  const folder = join(here, "../../client");
  const known = { "protocol.d.ts": declarations(), ...files };
  const options = { strict: true, noEmit: true, skipDefaultLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"], types: [] };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  const ours = (path) => known[path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : ""];
  host.readFile = (path) => ours(path) ?? readFile(path);
  host.fileExists = (path) => ours(path) !== undefined || fileExists(path);
  const { getSourceFile } = host;
  host.getSourceFile = (path, ...rest) =>
    ours(path) === undefined
      ? (libraries[path] ??= getSourceFile(path, ...rest))
      : ts.createSourceFile(path, ours(path), ...rest);
  const roots = Object.keys(known).map((name) => join(folder, name));
  return ts.getPreEmitDiagnostics(ts.createProgram(roots, options, host)).map(({ file, start, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName.split("/").pop()}:${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}
