/** The few things every view needs. */

export const find = (id) => document.getElementById(id);

/** Copies a <template>'s only element. */
export const copyOf = (id) => find(id).content.firstElementChild.cloneNode(true);

/** An element inside `parent` by its data-part. */
export const part = (parent, name) => parent.querySelector(`[data-part="${name}"]`);

export function show(element, visible) {
  element.hidden = !visible;
}

/** Sets text only when it differs, so that screen readers do not repeat it. */
export function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** 75 → "1:15", 3675 → "1:01:15". */
export function clockTime(seconds) {
  const two = (n) => String(n).padStart(2, "0");
  const s = seconds % 60;
  const m = Math.floor(seconds / 60) % 60;
  const h = Math.floor(seconds / 3600);
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
