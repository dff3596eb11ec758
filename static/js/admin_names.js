/* Name the search fields of the admin's choices for whoever does not see the label beside them. */
(() => {
  "use strict";

  const $ = window.django && window.django.jQuery;
  if (!$) {
    return;
  }

  const nameOf = (select) => {
    const label = select.labels && select.labels[0];
    return select.getAttribute("aria-label") || (label ? label.textContent.trim().replace(/:$/, "") : "");
  };

  const SEARCHES = ".select2-search__field, .select2-selection, .select2-results__options";

  const nameWithin = (box, name) => {
    box.querySelectorAll(SEARCHES).forEach((part) => part.setAttribute("aria-label", name));
    /* What is chosen is read after the name, as part of one control and not as a second one. */
    const chosen = box.querySelector(".select2-selection--single .select2-selection__rendered");
    if (chosen) {
      const control = chosen.closest(".select2-selection");
      control.id = control.id || `${chosen.id}-control`;
      control.setAttribute("aria-labelledby", `${control.id} ${chosen.id}`);
      chosen.removeAttribute("role");
      chosen.removeAttribute("aria-readonly");
    }
  };

  const nameAll = (root) => {
    root.querySelectorAll("select.admin-autocomplete").forEach((select) => {
      const box = select.parentElement.querySelector(".select2-container");
      if (box) {
        nameWithin(box, nameOf(select));
      }
    });
  };

  /* The choices of one field are drawn at the end of the page once it is opened. */
  $(document).on("select2:open", (event) => {
    document.querySelectorAll(".select2-container--open").forEach((box) => {
      nameWithin(box, nameOf(event.target));
      box.querySelectorAll("[aria-owns]").forEach((control) => {
        control.setAttribute("aria-controls", control.getAttribute("aria-owns"));
      });
    });
  });
  $(document).on("select2:close", () => {
    document.querySelectorAll(".select2-selection[aria-controls]").forEach((control) => {
      control.removeAttribute("aria-controls");
    });
  });
  document.addEventListener("formset:added", (event) => nameAll(event.target));
  $(() => nameAll(document));
})();
