/* Saves a screen of an application while it is typed (typed_saver.js). Without this file each screen is saved by its button. */
(() => {
  "use strict";

  const form = document.querySelector("[data-while-typing]");
  const said = form.querySelector("[data-said]");
  const words = form.dataset;
  const PATIENCE = 4000; /* how long the button waits for what is on its way */
  let isSending = false;

  /* Files are sent by their own buttons, never while somebody types. */
  const typed = () => {
    const data = new FormData(form);
    [...data].filter(([, value]) => typeof value !== "string").forEach(([name]) => data.delete(name));
    return data;
  };

  const send = async () => {
    const answer = await fetch(location.pathname, {
      method: "POST",
      body: typed(),
      headers: { "X-While-Typing": "1" },
      keepalive: document.visibilityState === "hidden",
    });
    if (answer.headers.get("Content-Type") !== "application/json") {
      /* The six words were stopped, or Kith could not answer: the words stay on this page. */
      return { isSaved: false, said: answer.status === 404 ? words.stopped : words.refused, isOver: answer.status === 404 };
    }
    const told = await answer.json();
    if (told.mark) {
      form.elements.mark.value = told.mark;
    }
    return { isSaved: told.is_saved, said: told.said, isOver: told.is_over };
  };

  const tell = (state, more) => {
    said.textContent = { saved: words.whileTyping, away: words.away, refused: more }[state];
    said.dataset.said = state;
  };

  const saver = self.kithTypedSaver({
    send, tell, start: (run, after) => setTimeout(run, after), stop: (timer) => clearTimeout(timer),
  });

  form.addEventListener("input", (event) => {
    if (event.target.type !== "file") {
      said.textContent = "";
      saver.typed();
    }
  });
  addEventListener("online", () => saver.save());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      saver.save();
    }
  });

  /* The button waits for what is on its way: otherwise it would meet its own words and ask which of the two is right. */
  form.addEventListener("submit", async (event) => {
    if (isSending) {
      event.preventDefault();
      return;
    }
    isSending = true;
    if (saver.isBusy()) {
      event.preventDefault();
      await saver.settle(PATIENCE);
      form.submit();
    }
  });
  /* A page that Back brings from memory may be older than what is stored. */
  addEventListener("pageshow", (event) => {
    isSending = false;
    if (event.persisted && !saver.isUnsaved()) {
      location.reload();
    }
  });
  addEventListener("beforeunload", (event) => {
    if (!isSending && saver.isUnsaved()) {
      event.preventDefault();
    }
  });
})();
