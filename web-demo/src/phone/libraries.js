/** The libraries a person can choose from. Each is a bundle of its own, loaded when it is chosen. */
export const LIBRARIES = [
  { id: "sipjs", name: "SIP.js", load: () => import("./sipjs.js").then((module) => module.SipJsPhone) },
  { id: "jssip", name: "JsSIP", load: () => import("./jssip.js").then((module) => module.JsSipPhone) },
  { id: "json", name: "JSON", load: () => import("./json.js").then((module) => module.JsonPhone) },
];
