// The matrix: arrow keys move among the cells that can be opened.

const matrix = byId("matrix");
const rows = [...matrix.tBodies[0].rows];

// Which lab and check each column is: the columns of the name and of the points in all come first.
const FIRST = 2;
const labHeads = [...matrix.querySelectorAll("thead .lab")];
const labs = labHeads.map((head) => ({ id: head.textContent, title: head.title }));
const columns = [...matrix.querySelectorAll("thead .checks th")].map((head) => ({
  lab: Number(head.dataset.lab),
  check: head.classList.contains("begin") ? null : head.textContent,
  title: head.title,
}));

// The cell that Tab leads to.
let here = null;

const columnOf = (cell) => columns[cell.cellIndex - FIRST];
const isPointsOfLab = (cell) => cell.classList.contains("begin");
const nameOf = (row) => row.cells[0].firstElementChild.textContent;
const shown = () => rows.filter((row) => !row.hidden);

// Something stands behind it, and its lab is shown.
function hasMark(cell) {
  return cell !== undefined && cell.tagName === "TD" && !cell.hidden && cell.firstElementChild !== null;
}

// A cell with a mark that is shown now.
function isOpenable(cell) {
  return hasMark(cell) && (!matrix.classList.contains("points") || isPointsOfLab(cell));
}

function cellsOf(row) {
  return [...row.cells].filter(isOpenable);
}

// Makes a cell the one that Tab leads to.
function stand(cell) {
  if (here) here.firstElementChild.tabIndex = -1;
  here = cell;
  here.firstElementChild.tabIndex = 0;
}

function goTo(cell) {
  if (!isOpenable(cell)) return;
  stand(cell);
  cell.firstElementChild.focus();
  cell.firstElementChild.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// Where the matrix has changed, Tab still has to lead somewhere.
function standSomewhere() {
  if (here && isOpenable(here) && !here.parentElement.hidden) return;
  const first = shown().flatMap((row) => cellsOf(row).slice(0, 1))[0];
  if (first) stand(first);
}

function describe(row) {
  const name = nameOf(row);
  for (const cell of row.cells) {
    if (cell.tagName !== "TD" || cell.firstElementChild === null) continue;
    const { lab, check, title } = columnOf(cell);
    const what = check === null ? `${say.points} ${cell.textContent}` : `${check}: ${verdictOf(cell)}`;
    cell.firstElementChild.setAttribute("aria-label", `${name}, ${labs[lab].id}, ${what}`);
    cell.firstElementChild.title = [`${labs[lab].id} ${what}`, title].filter(Boolean).join("\n");
  }
}

function verdictOf(cell) {
  return say[cell.className];
}

function beside(cell, step) {
  const row = cellsOf(cell.parentElement);
  return row[row.indexOf(cell) + step];
}

function above(cell, step) {
  const all = shown();
  for (let at = all.indexOf(cell.parentElement) + step; at >= 0 && at < all.length; at += step) {
    const found = all[at].cells[cell.cellIndex];
    if (isOpenable(found)) return found;
  }
  return undefined;
}

const MOVES = {
  ArrowRight: (cell) => beside(cell, 1),
  ArrowLeft: (cell) => beside(cell, -1),
  ArrowDown: (cell) => above(cell, 1),
  ArrowUp: (cell) => above(cell, -1),
  Home: (cell, event) => cellsOf(event.ctrlKey ? shown()[0] : cell.parentElement)[0],
  End: (cell, event) => cellsOf(event.ctrlKey ? shown().at(-1) : cell.parentElement).at(-1),
};

matrix.addEventListener("keydown", (event) => {
  const cell = event.target.closest("td");
  const move = MOVES[event.key];
  if (!cell || !move || event.altKey || event.metaKey) return;
  event.preventDefault();
  goTo(move(cell, event));
});

matrix.addEventListener("click", (event) => {
  const button = event.target.closest("td > button");
  if (button) open(button.parentElement);
});

rows.forEach(describe);
standSomewhere();
