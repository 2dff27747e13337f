import { copyOf } from "./dom.js";

const LETTERS = { 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ", 0: "+" };
const NAMES = { "*": "star", "#": "hash" };

/** Fills `element` with the twelve keys. A long press, or shift, on 0 gives "+" when `withPlus`. */
export function buildKeypad(element, onKey, { withPlus = false, testid }) {
  for (const tone of "123456789*0#") {
    const key = copyOf("key");
    key.firstElementChild.textContent = tone;
    key.lastElementChild.textContent = withPlus || tone !== "0" ? (LETTERS[tone] ?? "") : "";
    key.setAttribute("aria-label", NAMES[tone] ?? tone);
    key.dataset.testid = `${testid}-${tone}`;
    let held;
    if (withPlus && tone === "0") {
      held = longPress(key, () => onKey("+"));
    }
    key.addEventListener("click", (event) => {
      if (!held?.taken()) {
        onKey(event.shiftKey && held ? "+" : tone);
      }
    });
    element.append(key);
  }
}

/** Calls back after half a second; `taken()` then tells the click that follows to do nothing. */
function longPress(key, callback) {
  let timer;
  let fired = false;
  const start = () => {
    fired = false;
    timer = setTimeout(() => {
      fired = true;
      callback();
    }, 500);
  };
  const stop = () => clearTimeout(timer);
  key.addEventListener("pointerdown", start);
  for (const event of ["pointerup", "pointerleave", "pointercancel"]) {
    key.addEventListener(event, stop);
  }
  return {
    taken() {
      const was = fired;
      fired = false;
      return was;
    },
  };
}
