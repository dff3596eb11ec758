/* Records a voice note into the page's own file box, and says at once if a chosen file is too large. Without this file a
   recording made elsewhere is chosen in the box. */
(() => {
  "use strict";

  const box = document.querySelector("[data-recorder]");
  const input = box.querySelector("input[type=file]");
  const words = box.dataset;
  const button = box.querySelector("[data-record]");
  const said = box.querySelector("[data-record-said]");
  const player = box.querySelector("audio[data-record-player]");
  const KINDS = [["audio/webm", "webm"], ["audio/mp4", "m4a"], ["audio/ogg", "ogg"]];
  const LONGEST = 10 * 60 * 1000;
  const most = Number(words.mostBytes);
  let recording = null;
  let timer = 0;
  let isSent = false;

  const tell = (text) => { said.textContent = text; };
  const clock = (milliseconds) => {
    const seconds = Math.floor(milliseconds / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };

  const show = (file) => {
    URL.revokeObjectURL(player.src);
    player.src = URL.createObjectURL(file);
    player.hidden = false;
    tell(words.recorded);
  };

  const give = (parts, type, ending) => {
    const files = new DataTransfer();
    files.items.add(new File(parts, `voice.${ending}`, { type }));
    input.files = files.files;
    show(input.files[0]);
  };

  const stop = () => {
    clearInterval(timer);
    button.textContent = words.record;
    button.removeAttribute("aria-pressed");
    recording?.stream.getTracks().forEach((track) => track.stop());
    recording = null;
  };

  const start = async () => {
    let stream = null;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      tell(words.forbidden);
      return;
    }
    const [type, ending] = KINDS.find(([kind]) => MediaRecorder.isTypeSupported(kind)) || ["", "webm"];
    recording = new MediaRecorder(stream, { ...(type && { mimeType: type }), audioBitsPerSecond: 24_000 });
    const parts = [];
    const begun = Date.now();
    recording.addEventListener("dataavailable", (event) => parts.push(event.data));
    recording.addEventListener("stop", () => {
      stop();
      give(parts, type, ending);
    });
    recording.start(1000);
    button.textContent = words.stop;
    button.setAttribute("aria-pressed", "true");
    timer = setInterval(() => {
      const passed = Date.now() - begun;
      tell(clock(passed));
      if (passed > LONGEST) {
        recording?.stop();
      }
    }, 500);
  };

  if (self.MediaRecorder && navigator.mediaDevices?.getUserMedia) {
    button.hidden = false;
    button.addEventListener("click", () => (recording ? recording.stop() : start()));
  }

  /* A file above the limit would travel for minutes and be refused: it is taken out of its box before. */
  document.addEventListener("change", (event) => {
    const chosen = event.target;
    if (chosen.type !== "file" || !chosen.files[0]) {
      return;
    }
    if (chosen.files[0].size > most) {
      chosen.value = "";
      tell(words.tooLarge);
    } else if (chosen === input) {
      show(input.files[0]);
    }
  });
  input.form.addEventListener("submit", () => { isSent = true; });
  addEventListener("pageshow", () => { isSent = false; });
  addEventListener("beforeunload", (event) => {
    if (!isSent && (recording || input.files.length)) {
      event.preventDefault();
    }
  });
})();
