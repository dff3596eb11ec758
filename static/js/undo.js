/* "Undo" stands where something was done for 30 seconds; whoever is on it keeps it until they leave. After that the page of what was
   deleted has it for 30 days. Without scripts it stays. In the admin too. */
(() => {
  "use strict";

  const SHOWN = 30000;
  const AGAIN = 1000;
  const watch = (form) => {
    const take = () => {
      if (form.matches(":hover, :focus-within") || form.dataset.sent) {
        setTimeout(take, AGAIN);
      } else {
        form.remove();
      }
    };
    setTimeout(take, SHOWN);
  };
  document.querySelectorAll("[data-undo]").forEach(watch);
  /* Said by a script, without a new page. */
  document.addEventListener("kith:undo", (event) => watch(event.target));
})();
