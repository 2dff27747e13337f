/** Makes the reference page of the dialect from its schema. */
import { kindOf, nameIn, namesOf, resolve, schema } from "./schema.mjs";

export function referencePage() {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>tandem.v1</title>
<link rel="stylesheet" href="reference.css">
</head>
<body>
<main>
<h1>tandem.v1</h1>
<p>${words(schema.description)}</p>
<p>For programs: <a href="tandem.v1.json">JSON Schema</a>, <a href="tandem.v1.asyncapi.json">AsyncAPI</a>,
<a href="protocol.d.ts">TypeScript</a>, and <a href="../client/tandem.js">a client</a>.</p>
${section("Requests", "What a client sends. Each one that has an id gets one reply.", namesOf("request"))}
${section("Replies", "", namesOf("response"))}
${section("Events", "What the gateway tells by itself.", namesOf("event"))}
${section("Tutorials", "For pages that were written by one.", namesOf("other"))}
${section("Parts", "", [...namesOf("envelope"), ...namesOf("value")])}
</main>
</body>
</html>
`;
}

function section(title, about, names) {
  const links = names.map((name) => `<li><a href="#${name}">${titleOf(name)}</a></li>`).join("\n");
  return `<h2>${title}</h2>
${about ? `<p>${words(about)}</p>` : ""}
<ul class="index">
${links}
</ul>
${names.map(definition).join("\n")}`;
}

function definition(name) {
  const node = schema.$defs[name];
  const rows = Object.entries(fields(node)).map(([field, { property, required }]) => {
    const { description } = resolve(property);
    return `<tr><th><code>${field}</code></th><td>${required ? "yes" : ""}</td><td>${typeOf(property)}</td>
<td>${words(description ?? "")}</td></tr>`;
  });
  const examples = (node.examples ?? []).map((each) => `<pre>${escape(JSON.stringify(each, null, 2))}</pre>`);
  const table = `<table><thead><tr><th>field</th><th>must</th><th>what</th><th></th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table>`;
  return `<section id="${name}">
<h3>${titleOf(name)}</h3>
<p>${words(node.description)}</p>
${rows.length > 0 ? table : `<p>${typeOf(node)}</p>`}
${examples.join("\n")}
</section>`;
}

/** Those of the envelope first. */
function fields(node) {
  const own = node.required ?? [];
  const all = node.$ref ? fields(schema.$defs[nameIn(node.$ref)]) : {};
  for (const [name, property] of Object.entries(node.properties ?? {})) {
    all[name] = { property, required: own.includes(name) || all[name]?.required };
  }
  own.filter((name) => all[name]).forEach((name) => (all[name].required = true));
  return all;
}

function typeOf(node) {
  if (node.$ref) {
    const name = nameIn(node.$ref);
    return `<a href="#${name}">${name}</a>`;
  }
  if (node.const !== undefined) {
    return `<code>${escape(JSON.stringify(node.const))}</code>`;
  }
  if (node.enum) {
    return node.enum.map((each) => `<code>${escape(String(each))}</code>`).join(", ");
  }
  if (node.oneOf && !node.properties) {
    return node.oneOf.map(typeOf).join(" or ");
  }
  const bounds = [
    range("", node.minimum, node.maximum),
    range("characters", node.minLength, node.maxLength),
    range("entries", node.minItems, node.maxItems),
    node.maxProperties === undefined ? "" : `at most ${node.maxProperties} entries`,
  ].filter(Boolean);
  const what = node.type === "array" && node.items ? `array of ${typeOf(node.items)}` : ([node.type].flat().join(" or ") || "any");
  return [what, ...bounds].join(", ");
}

function range(unit, least, most) {
  if (most === undefined) {
    return least === undefined ? "" : `at least ${least} ${unit}`.trim();
  }
  const limit = most > 1e12 ? "" : `${least ?? 0} to ${most} ${unit}`;
  return limit.trim();
}

const titleOf = (name) => (kindOf(name) === "value" ? name : name.replace(/_(request|event)$/, ""));

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

/** Text with `code` in it. */
const words = (text) => escape(text).replace(/`([^`]*)`/g, "<code>$1</code>");
