/* Saves what is typed: after a pause, one request after the other, again when there was no signal. No page is touched here.

   send: an async function that sends what is typed now and returns {isSaved, said, isOver}; it throws without signal.
   tell: called with "saved", "refused" and what was said, or "away" without signal.
   start, stop: setTimeout and clearTimeout. pause, again: milliseconds. */
(() => {
  "use strict";

  const saver = ({ send, tell, start, stop, pause = 800, again = 4000 }) => {
    let timer = 0;
    let last = Promise.resolve();
    let isBusy = false;
    let isUnsaved = false;
    let isOver = false;

    const sendOnce = async () => {
      isUnsaved = false;
      isBusy = true;
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
      isBusy = false;
    };

    /* Two requests at the same time could arrive in the wrong order: a second one waits until the first is answered. */
    const afterwards = async (before) => {
      await before;
      if (isUnsaved && !isOver) {
        await sendOnce();
      }
    };

    const save = () => {
      stop(timer);
      last = afterwards(last);
      return last;
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
        if (isBusy) {
          await Promise.race([last, new Promise((resolve) => { start(resolve, patience); })]);
        }
      },
      isUnsaved: () => isUnsaved || isBusy,
      isBusy: () => isBusy,
    };
  };

  self.kithTypedSaver = saver;
})();
