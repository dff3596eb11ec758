/* Letters typed before the page of the search is there are not lost: they wait here, and go into its field.
   Loaded before anything else of that page; search.js leaves what was typed on the page before. */
(() => {
  "use strict";

  const KEY = "kith-search-typed";
  const memory = (work) => { try { return work(sessionStorage); } catch { return null; } }; /* storage may be refused */
  let typed = memory((store) => store.getItem(KEY)) || "";
  memory((store) => store.removeItem(KEY));

  const field = () => document.getElementById("search-words");
  const give = () => {
    const box = field();
    if (box && typed) {
      box.value += typed;
      typed = "";
    }
    return box;
  };
  const wait = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.target.matches("input, textarea, select")) {
      return;
    }
    if (give()) {
      field().focus(); /* and the letter goes there by itself */
    } else {
      typed += event.key;
      event.preventDefault();
    }
  };
  document.addEventListener("keydown", wait);
  addEventListener("load", () => {
    document.removeEventListener("keydown", wait);
    give();
  });
  document.addEventListener("DOMContentLoaded", give);
})();
