/* "Today" is the day on which somebody writes. A page that is still open the next day moves the days that it filled in by
   itself to the new day, and says so, until somebody has begun to write; then they stay. */
(() => {
  "use strict";

  const { say } = document.currentScript.dataset;
  const two = (number) => String(number).padStart(2, "0");
  const dayAfter = (days) => {
    const day = new Date();
    day.setDate(day.getDate() + days);
    return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
  };
  const begun = new WeakSet();

  const tell = (form) => {
    if (!form.previousElementSibling?.matches("[data-day-moved]")) {
      const words = document.createElement("p");
      words.className = "notice notice--info";
      words.setAttribute("role", "status");
      words.dataset.dayMoved = "";
      words.textContent = say;
      form.before(words);
    }
  };

  /* Move the days that nobody chose. The hidden field beside each says on which day the page was made. */
  const renew = (form) => {
    let isMoved = false;
    form.querySelectorAll("input[data-served]").forEach((served) => {
      const today = dayAfter(0);
      if (served.value === today || begun.has(form)) {
        return;
      }
      const { served: name } = served.dataset;
      form.querySelectorAll(`input[type=date][name="${name}"]`).forEach((field) => {
        if (field.value === served.value) {
          field.value = today;
        }
      });
      form.querySelectorAll("input[type=radio][data-days]").forEach((tap) => { tap.value = dayAfter(Number(tap.dataset.days)); });
      served.value = today;
      isMoved = true;
    });
    if (isMoved) {
      tell(form);
    }
  };
  const renewAll = () => [...document.forms].forEach(renew);

  /* What was begun today keeps today, even if it is saved after midnight. */
  const begin = (event) => {
    const { form } = event.target;
    if (form && event.isTrusted && !begun.has(form)) {
      renew(form);
      begun.add(form);
      form.querySelectorAll("input[data-served]").forEach((served) => { served.value = ""; });
    }
  };
  document.addEventListener("input", begin, { capture: true });
  document.addEventListener("focusin", (event) => event.target.form && renew(event.target.form));
  addEventListener("pageshow", renewAll);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renewAll());
})();
