// The copy buttons: shown by this script alone, since without it they could do nothing.
"use strict";

document.documentElement.classList.add("js");

const textOf = (source) => ("value" in source ? source.value : source.textContent);

// On plain http there is no clipboard API: a text field that is selected and copied does.
function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.className = "visually-hidden";
  field.readOnly = true;
  field.value = text;
  document.body.append(field);
  const focused = document.activeElement;
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return done;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function say(button, done) {
  const what = button.dataset.what;
  const label = button.firstChild;
  label.data = done ? "Copied" : "Not copied";
  document.getElementById("copy-status").textContent = done ? `Copied ${what}.` : `The browser did not let ${what} be copied.`;
  button.classList.toggle("done", done);
  clearTimeout(button.timer);
  button.timer = setTimeout(() => {
    label.data = "Copy";
    button.classList.remove("done");
  }, 2000);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button) say(button, await copy(textOf(document.getElementById(button.dataset.copy))));
});
