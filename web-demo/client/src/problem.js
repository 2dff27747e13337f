/** What went wrong, as the gateway tells it: `code` is for programs, `message` for people. */
export class TandemError extends Error {
  constructor(problem) {
    super(problem.text || problem.code);
    Object.assign(this, problem);
  }
}

/** Why a call is over that the page itself could not go on with. */
export const asEnd = (problem) => ({
  by: "system",
  code: problem.code && typeof problem.code === "string" ? problem.code : "not_acceptable",
  sip: problem.sip,
  q850: problem.q850,
  text: problem.message,
  cause: problem,
  duration: 0,
});
