/* A link to hand on: copied, or given to another app of this device. The link is not stored, and not sent anywhere from here. */
(() => {
  "use strict";

  /* Browsers copy by themselves only on a safe connection. Otherwise the link is selected, and the old way is tried. */
  const select = (place) => {
    const range = document.createRange();
    range.selectNodeContents(place);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  const copied = async (url, place) => {
    try {
      await navigator.clipboard.writeText(url);
      return true;
    } catch {
      select(place);
      return document.execCommand("copy");
    }
  };

  document.querySelectorAll("[data-hand-on]").forEach((block) => {
    const { handOn: url, title, words } = block.dataset;
    const said = block.querySelector("[role=status]");
    const place = block.querySelector("[data-hand-on-address]");
    const copy = block.querySelector("[data-hand-on-copy]");
    const share = block.querySelector("[data-hand-on-share]");

    copy.hidden = false;
    copy.addEventListener("click", async () => {
      said.textContent = ""; /* the same words twice are read out once */
      said.textContent = (await copied(url, place)) ? said.dataset.copied : said.dataset.select;
    });

    const data = { title, text: words, url };
    if (!navigator.share || (navigator.canShare && !navigator.canShare(data))) {
      return;
    }
    share.hidden = false;
    share.addEventListener("click", async () => {
      said.textContent = "";
      try {
        await navigator.share(data);
      } catch (error) {
        if (error.name !== "AbortError") { /* somebody closed the list of apps: nothing to say */
          said.textContent = said.dataset.failed;
        }
      }
    });
  });
})();
