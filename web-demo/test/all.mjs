// `node --test` finds its files differently in each Node version; importing them works the same in all.
import "./address.test.mjs";
import "./audio.test.mjs";
import "./client.test.mjs";
import "./direction.test.mjs";
import "./docs.test.mjs";
import "./glare.test.mjs";
import "./http.test.mjs";
import "./mesh.test.mjs";
import "./package.test.mjs";
import "./protocol.test.mjs";
import "./raw.test.mjs";
import "./reasons.test.mjs";
import "./size.test.mjs";
