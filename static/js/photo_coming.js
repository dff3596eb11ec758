/* A photo that was saved with a conversation may still be on its way from this phone: the page says so, and shows it then. */
(() => {
  "use strict";

  const mount = document.querySelector("[data-photo-coming]");
  const queue = self.kithQueue;
  if (!mount || !queue) {
    return;
  }
  const { photoComing: uuid } = mount.dataset;
  const isOurs = ({ kind, parent, state }) => kind === "photo" && parent === uuid && state === "waiting";
  const look = async () => {
    const isComing = (await queue.items()).some(isOurs);
    const hasCome = !mount.hidden && !isComing;
    mount.hidden = !isComing;
    if (hasCome) {
      location.reload();
    }
  };
  document.addEventListener("kith:queue", () => look().catch(() => {}));
  look().catch(() => {});
})();
