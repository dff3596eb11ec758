/* Saves what is typed: after a pause, one request after the other, again when there was no signal. No page is touched here.

   send: an async function that sends what is typed now and returns {isSaved, said, isOver}; it throws without signal.
   tell: called with "saved", "refused" and what was said, or "away" without signal.
   start, stop: setTimeout and clearTimeout. pause, again: milliseconds. */
(() => {
  "use strict";

  const saver = ({ send, tell, start, stop, pause = 800, again = 4000 }) => {
    let timer = 0;
    let running = null;
    let isUnsaved = false;
    let isOver = false;

    const sendOnce = async () => {
      isUnsaved = false;
      try {
        const answer = await send();
        isOver ||= Boolean(answer.isOver);
        isUnsaved ||= !answer.isSaved;
        tell(answer.isSaved ? "saved" : "refused", answer.said || "");
      } catch {
        isUnsaved = true;
        tell("away", "");
        later(again);
      }
    };

    /* Two requests at the same time could arrive in the wrong order: a second one waits until the first is answered. */
    const save = async () => {
      stop(timer);
      while (running) {
        await running;
      }
      if (isUnsaved && !isOver) {
        running = sendOnce();
        await running;
        running = null;
      }
    };

    const later = (after) => {
      stop(timer);
      timer = start(save, after);
    };

    return {
      typed: () => {
        isUnsaved = true;
        later(pause);
      },
      save,
      /* Wait for a request that is on its way, at most so long, because the form is sent next. */
      settle: async (patience) => {
        stop(timer);
        if (running) {
          await Promise.race([running, new Promise((resolve) => { start(resolve, patience); })]);
        }
      },
      isUnsaved: () => isUnsaved || running !== null,
      isBusy: () => running !== null,
    };
  };

  self.kithTypedSaver = saver;
})();
