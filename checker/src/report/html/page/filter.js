// The filter: which submissions and which labs are shown.

const find = byId("find");
const state = byId("state");
const labChoice = byId("lab");
const MOST_ON_PAPER = 56;

function filter() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of rows) {
    const name = nameOf(row).toLowerCase();
    const isInState = state.value === "" || row.dataset.states.split(" ").includes(state.value);
    row.hidden = !isInState || !words.every((word) => name.includes(word));
  }
  const number = shown().length;
  const isAll = number === rows.length;
  byId("shown").textContent = isAll ? "" : phrase(say.shown, { shown: number, all: rows.length });
  byId("scroll").hidden = number === 0;
  byId("nothing").hidden = number > 0;
  standSomewhere();
}

// Shows one lab by its number, all of them (""), or the points of all of them alone ("points").
function showLabs(choice) {
  const isOfPoints = choice === "points";
  const isOfOne = !isOfPoints && choice !== "";
  const isHidden = (lab) => isOfOne && lab !== Number(choice);
  matrix.classList.toggle("points", isOfPoints);
  for (const head of labHeads) head.colSpan = isOfPoints ? 1 : Number(head.dataset.width);
  for (const head of matrix.querySelectorAll("thead [data-lab]")) head.hidden = isHidden(Number(head.dataset.lab));
  for (const row of rows) columns.forEach(({ lab }, index) => { row.cells[index + FIRST].hidden = isHidden(lab); });
  standSomewhere();
}

function showEverybody() {
  find.value = "";
  state.value = "";
  filter();
  find.focus();
}

find.addEventListener("input", filter);
state.addEventListener("change", filter);
labChoice?.addEventListener("change", () => showLabs(labChoice.value));
// A sheet of paper has no room for more columns: it gets the points.
window.addEventListener("beforeprint", () => { if (labChoice?.value === "" && columns.length > MOST_ON_PAPER) showLabs("points"); });
window.addEventListener("afterprint", () => { if (labChoice) showLabs(labChoice.value); });
byId("everybody").addEventListener("click", showEverybody);
byId("filter").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  const isTyping = /^(INPUT|SELECT)$/.test(event.target.tagName);
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || dialog.open || isTyping) return;
  event.preventDefault();
  find.focus();
});
