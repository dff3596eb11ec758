/* The page about what waits, as far as this phone knows: when, what kind, in which state. Never the words: they are sealed, and
   this phone cannot read them. */
(() => {
  "use strict";

  const mount = document.querySelector("[data-waiting]");
  const queue = self.kithQueue;
  if (!mount || !queue) {
    return;
  }

  const part = (name, root = mount) => root.querySelector(`[data-waiting-${name}]`);
  const say = mount.dataset;
  const KINDS = { conversation: say.sayConversation, light: say.sayLight, photo: say.sayPhoto, draft: say.sayDraft, form: say.sayDraft };
  const STATES = { kept: say.sayKept, parked: say.sayHeld, waiting: say.sayKept, erased: say.sayErased, dropped: say.sayDeleted, gone: say.sayDeleted };
  const when = new Intl.DateTimeFormat(document.documentElement.lang || "en-GB", {
    day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit",
  });
  const asking = new Set();
  const { owner } = document.querySelector("[data-queue]").dataset;
  /* Others' things on a phone that several people use are left to them, unless they cannot send them any more. */
  const mayDrop = (item, stopped) => item.owner === owner || ["deactivated", "left-team"].includes(stopped?.stopped);
  const failed = () => { part("status").textContent = say.sayFailed; };

  const row = (item, stopped) => {
    const made = part("item").content.cloneNode(true).firstElementChild;
    part("what", made).textContent = KINDS[item.kind];
    part("when", made).textContent = when.format(new Date(item.recorded_at));
    let why = say.sayWaiting;
    if (item.state === "parked") {
      why = item.words || say.sayParked;
    } else if (stopped) {
      why = stopped.stopped_words || say.sayStopped;
    }
    part("why", made).textContent = !owner || item.owner === owner ? why : `${say.sayAnothers} ${why}`;
    part("drop", made).hidden = !mayDrop(item, stopped);
    const sure = part("sure", made);
    const ask = (open) => {
      sure.hidden = !open;
      asking[open ? "add" : "delete"](item.id);
    };
    ask(asking.has(item.id));
    part("again", made).addEventListener("click", () => queue.retry(item.id).catch(failed));
    part("drop", made).addEventListener("click", () => {
      ask(true);
      part("no", made).focus();
    });
    part("no", made).addEventListener("click", () => {
      ask(false);
      part("drop", made).focus();
    });
    part("yes", made).addEventListener("click", async () => {
      try {
        await queue.drop(item.id);
        asking.delete(item.id);
        part("status").textContent = say.sayDropped;
        await draw();
        (part("list").firstElementChild || part("status")).focus();
      } catch {
        failed();
      }
    });
    return made;
  };

  const line = (sent) => {
    const made = document.createElement("li");
    made.textContent = `${say.sayNumber.replace("%s", String(sent.sequence))}: ${KINDS[sent.kind]}, ${when.format(new Date(sent.at))}, ${STATES[sent.state] || sent.state}`;
    return made;
  };

  let shown = "";
  const draw = async () => {
    const [items, passes, log] = await Promise.all([queue.items(), queue.passes(), queue.recall("sent")]);
    const stopped = new Map(passes.filter((each) => each.stopped).map((each) => [each.owner, each]));
    const sent = log || [];
    const now = JSON.stringify([items, [...stopped.keys()], sent.length, sent[0], passes.map((each) => each.emptied_at)]);
    if (now === shown) {
      return; /* a list that is drawn anew takes the focus away */
    }
    shown = now;
    part("list").replaceChildren(...items.map((item) => row(item, stopped.get(item.owner))));
    part("none").hidden = items.length > 0;
    part("now").hidden = items.length === 0;
    part("sent").hidden = sent.length === 0;
    part("sent-list").replaceChildren(...sent.map(line));
    const emptied = passes.find((each) => each.emptied_at);
    part("lost").hidden = !emptied;
    part("lost").textContent = emptied ? say.sayLost.replace("%s", String(emptied.emptied_up_to)) : "";
  };

  let timer = 0;
  document.addEventListener("kith:queue", () => {
    clearTimeout(timer);
    timer = setTimeout(() => draw().catch(() => {}), 150);
  });
  part("now").addEventListener("click", async () => {
    await queue.renew({ force: true }).catch(() => null);
    await queue.flush({ now: true });
    await draw().catch(failed);
  });
  draw().catch(() => {});
})();
