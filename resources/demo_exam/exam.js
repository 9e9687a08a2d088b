"use strict";

const form = document.getElementById("questions");
const finish = document.getElementById("finish");
const progress = document.getElementById("progress");
const trouble = document.getElementById("trouble");
const essay = document.getElementById("essay");
const words = document.getElementById("essay-words");
const dialog = document.getElementById("unanswered");

const questions = ["name", "cities", "echo", "shadow", "essay"];

/** What was answered so far: field name to text, or to a list where several may be chosen. */
function answers() {
  const data = new FormData(form);
  return Object.fromEntries(questions.map((name) => [name, name === "echo" ? data.getAll(name) : (data.get(name) ?? "").trim()]));
}

/** The numbers, counted from 1, of the questions that have no answer. */
function unanswered() {
  const given = answers();
  return questions.flatMap((name, index) => (given[name].length ? [] : [index + 1]));
}

function showState() {
  progress.textContent = `${questions.length - unanswered().length} of ${questions.length} questions answered`;
  const count = essay.value.trim().split(/\s+/).filter(Boolean).length;
  words.textContent = `${count} ${count === 1 ? "word" : "words"}; 50 to 150 are plenty`;
}

async function handIn() {
  trouble.hidden = true;
  finish.disabled = true;
  try {
    const reply = await fetch(form.action, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(answers()),
    });
    if (!reply.ok) throw new Error(`status ${reply.status}`);
    location.assign("handed-in.html");
  } catch {
    trouble.textContent = "Your answers could not be sent. They are still here: please press Finish again.";
    trouble.hidden = false;
    finish.disabled = false;
  }
}

form.addEventListener("input", showState);
form.addEventListener("keydown", (event) => {
  // Enter in a one-line field is no wish to finish.
  if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const open = unanswered();
  if (!open.length) return void handIn();
  document.getElementById("unanswered-which").textContent =
    `${open.length === 1 ? "Question" : "Questions"} ${open.join(", ").replace(/, (\d)$/, " and $1")} ` +
    `${open.length === 1 ? "has" : "have"} no answer yet. You cannot come back to this page after finishing.`;
  dialog.showModal();
});
document.getElementById("go-back").addEventListener("click", () => dialog.close());
document.getElementById("finish-anyway").addEventListener("click", () => {
  dialog.close();
  handIn();
});
showState();
