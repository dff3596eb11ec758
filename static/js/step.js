/* Something to come back to in one tap: a day brings words, which are there to be seen and changed. And questions to ask aloud. */
(() => {
  "use strict";

  const page = window.kithCapture;
  if (!page) {
    return;
  }
  const { form } = page;

  const step = form.querySelector("[data-step]");
  const words = form.querySelector("[name=next_step]");
  if (step && words) {
    let mine = "";
    const put = (text) => {
      mine = text;
      words.value = text;
      words.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const usual = () => {
      const name = page.firstName();
      return name ? step.dataset.sayPerson.replace("%s", name) : step.dataset.sayThis;
    };
    const isMine = () => mine !== "" && words.value === mine;
    step.addEventListener("change", (event) => {
      if (event.target.type !== "radio") {
        return;
      }
      if (event.target.value === "" && isMine()) {
        put("");
      } else if (event.target.value !== "" && words.value.trim() === "") {
        put(usual());
      }
    });
    form.addEventListener("people:changed", () => {
      if (isMine()) {
        put(usual());
      }
    });
  }

  const prompts = form.querySelector("[data-prompts]");
  if (prompts && prompts.querySelector("[data-prompt-set]")) {
    const hood = form.querySelector("[name=neighbourhood]");
    const sets = [...prompts.querySelectorAll("[data-prompt-set]")];
    const one = prompts.querySelector("[data-prompt-one]");
    const line = prompts.querySelector("[data-prompt-line]");
    const other = prompts.querySelector("[data-prompt-next]");
    const none = prompts.querySelector("[data-prompt-none]");
    let questions = [];
    let at = 0;
    const show = () => {
      line.textContent = questions[at % Math.max(1, questions.length)] || "";
      one.hidden = questions.length === 0;
      none.hidden = questions.length > 0;
      other.hidden = questions.length < 2;
    };
    const gather = () => {
      const used = sets.filter(({ dataset }) => !dataset.places || dataset.places.split(" ").includes(hood.value));
      questions = used.flatMap((set) => [...set.querySelectorAll("li")].map((item) => item.textContent.trim()));
      at = 0;
      show();
    };
    sets.forEach((set) => {
      set.hidden = true;
    });
    other.addEventListener("click", () => {
      at += 1;
      show();
    });
    hood?.addEventListener("change", gather);
    gather();
  }
})();
