// Saves a screen of an application while it is typed. Without this file each screen is saved by its button.
const form = document.querySelector("[data-while-typing]");
const said = form.querySelector("[data-said]");
const PAUSE = 800;
let timer = 0;
let sending = Promise.resolve();

async function save() {
  const answer = await fetch(location.href, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-While-Typing": "1" },
  });
  const told = await answer.json();
  if (answer.ok) {
    form.elements.version.value = told.version;
    said.textContent = form.dataset.whileTyping;
  } else {
    said.textContent = told.said;
  }
}

function later() {
  said.textContent = "";
  clearTimeout(timer);
  timer = setTimeout(() => {
    // One after the other, so that each knows the version that the one before has made.
    sending = sending.then(save).catch(() => {
      said.textContent = "";
    });
  }, PAUSE);
}

form.addEventListener("input", later);
form.addEventListener("submit", () => clearTimeout(timer));
