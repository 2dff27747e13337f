import { LIBRARIES } from "../phone/libraries.js";
import { rememberedSignIn, rememberSignIn } from "../settings.js";
import { copyOf, find, say, show } from "./dom.js";

/** The sign-in form. It only asks; `onSubmit` gets what was filled in, and answers with a promise. */
export class SignInView {
  #form = find("sign-in-form");
  #error = find("sign-in-error");
  #button = find("sign-in-button");

  /** @param {(wish: object) => Promise<void>} onSubmit */
  constructor(settings, onSubmit) {
    const remembered = rememberedSignIn();
    this.#fillLibraries(remembered.library);
    find("server").value = settings.server;
    find("domain").value = settings.domain;
    find("user").value = remembered.user ?? "";
    find("display-name").value = remembered.displayName ?? "";
    this.#summarise();
    this.#fetchLibrary();
    find("libraries").addEventListener("change", () => this.#fetchLibrary());
    for (const id of ["server", "domain"]) {
      find(id).addEventListener("input", () => this.#summarise());
      // A field that the browser complains about must be seen.
      find(id).addEventListener("invalid", () => (find(id).closest("details").open = true));
    }
    this.#form.addEventListener("submit", async (event) => {
      event.preventDefault();
      this.complain("");
      this.#waiting(true);
      const wish = this.#wish();
      rememberSignIn(wish);
      await onSubmit(wish);
      this.#waiting(false);
    });
  }

  /** Shows the form, with the reason why, if there is one to tell. */
  open(problem = "") {
    find("password").value = "";
    this.complain(problem);
    find(find("user").value ? "password" : "user").focus();
  }

  complain(text) {
    say(this.#error, text);
    show(this.#error, text !== "");
  }

  #wish() {
    const typed = find("user").value.trim();
    const at = typed.lastIndexOf("@");
    return {
      user: at < 0 ? typed : typed.slice(0, at),
      domain: at < 0 ? find("domain").value.trim() : typed.slice(at + 1),
      password: find("password").value,
      displayName: find("display-name").value.trim(),
      server: find("server").value.trim(),
      library: new FormData(this.#form).get("library"),
    };
  }

  #fillLibraries(chosen) {
    const known = LIBRARIES.some(({ id }) => id === chosen);
    LIBRARIES.forEach(({ id, name }, i) => {
      const label = copyOf("library");
      const [radio, text] = label.children;
      radio.value = id;
      radio.checked = known ? id === chosen : i === 0;
      radio.dataset.testid = `library-${id}`;
      text.textContent = name;
      find("libraries").append(label);
    });
  }

  /** Fetches the chosen library while the rest of the form is being filled in. */
  #fetchLibrary() {
    const chosen = new FormData(this.#form).get("library");
    LIBRARIES.find(({ id }) => id === chosen)
      .load()
      .catch(() => undefined); // signing in tries again, and tells
  }

  #summarise() {
    say(find("server-summary"), `${find("server").value} · ${find("domain").value}`);
  }

  #waiting(waiting) {
    this.#button.disabled = waiting;
    this.#form.setAttribute("aria-busy", waiting);
    say(this.#button, waiting ? "Signing in…" : "Sign in");
  }
}
