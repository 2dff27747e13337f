/** Makes TypeScript declarations of every message of the dialect from its schema. */
import { kindOf, nameIn, namesOf, schema } from "./schema.mjs";

/** Names that would hide one of the browser's. */
const RENAMED = {
  error: "Problem",
  headers: "SipHeaders",
  request: "RequestFrame",
  response: "ReplyFrame",
  event: "EventFrame",
};

/** What an envelope requires, wherever it is narrowed. */
const SAID_BY_ALL = ["type", "ok"];

export function declarations() {
  const parts = [`/** The messages of tandem.v1. Generated from its schema; do not edit. */`];
  for (const [name, definition] of Object.entries(schema.$defs)) {
    if (isDeclared(name)) {
      parts.push(declaration(name, definition));
    }
  }
  parts.push(table("Requests", "What can be asked, by type.", namesOf("request"), "_request"));
  parts.push(
    table(
      "Replies",
      "What is replied when it worked, by the type of the request.",
      namesOf("response").filter((name) => name !== "failure_response" && name !== "pong"),
      "_response",
    ),
  );
  parts.push(table("Events", "What the gateway tells by itself, by type.", namesOf("event"), "_event"));
  return parts.join("\n\n") + "\n";
}

function declaration(name, definition) {
  const head = comment(definition.description) + "export ";
  if (!definition.properties) {
    return `${head}type ${typeName(name)} = ${typeOf({ ...definition, description: undefined })};`;
  }
  const base = definition.$ref ? ` extends ${typeName(nameIn(definition.$ref))}` : "";
  return `${head}interface ${typeName(name)}${base} ${members(definition, "")}`;
}

function members({ properties, required = [] }, indent) {
  const lines = Object.entries(properties).map(([name, property]) => {
    const optional = required.includes(name) || SAID_BY_ALL.includes(name) ? "" : "?";
    const text = comment(property.description, indent + "  ");
    return `${text}${indent}  ${name}${optional}: ${typeOf(property, indent + "  ")};`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function typeOf(node, indent = "") {
  if (node.$ref) {
    const name = nameIn(node.$ref);
    return isDeclared(name) ? typeName(name) : typeOf(schema.$defs[name], indent);
  }
  if (node.const !== undefined) {
    return JSON.stringify(node.const);
  }
  if (node.enum) {
    return node.enum.map((each) => JSON.stringify(each)).join(" | ");
  }
  const choices = node.oneOf ?? node.anyOf;
  if (choices && !node.properties) {
    return choices.map((each) => typeOf(each, indent)).join(" | ");
  }
  if (Array.isArray(node.type)) {
    return node.type.map((type) => typeOf({ ...node, type }, indent)).join(" | ");
  }
  switch (node.type) {
    case "string":
    case "boolean":
    case "null":
      return node.type;
    case "integer":
    case "number":
      return "number";
    case "array": {
      const item = typeOf(node.items, indent);
      return /[|{]/.test(item) ? `Array<${item}>` : `${item}[]`;
    }
    case "object":
      if (node.properties) {
        return members(node, indent);
      }
      return `Record<string, ${node.additionalProperties ? typeOf(node.additionalProperties) : "unknown"}>`;
    default:
      return "unknown";
  }
}

function table(name, description, definitions, suffix) {
  const rows = definitions.map((each) => `  ${each.slice(0, -suffix.length)}: ${typeName(each)};`);
  return `${comment(description)}export interface ${name} {\n${rows.join("\n")}\n}`;
}

/** Texts and numbers are written where they are used; whatever has a shape has a name. */
function isDeclared(name) {
  const { type, $ref } = schema.$defs[name];
  return kindOf(name) !== "value" || !($ref || ["string", "integer", "number"].includes(type));
}

const typeName = (name) => RENAMED[name] ?? name.replace(/(^|_)([a-z])/g, (all, before, letter) => letter.toUpperCase());

const comment = (text, indent = "") => (text ? `${indent}/** ${text} */\n` : "");
