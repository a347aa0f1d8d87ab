// What stands behind a cell: a dialog with a check of a submission, or a whole lab.

const dialog = byId("detail");
const inside = byId("inside");
const blocks = [...document.querySelectorAll("script.data")];
const unpacked = new Map();
const MARKS = { passed: "✓", failed: "✗", skipped: "–", errored: "!" };
// A transcript of at most so many entries is open at once.
const SHORT = 12;

// The cell that the dialog shows.
let opened = null;

async function open(cell) {
  opened = cell;
  delete dialog.dataset.ready;
  stand(shownFor(cell));
  const { lab, check, title } = columnOf(cell);
  byId("heading").textContent = [nameOf(cell.parentElement), labs[lab].id, check].filter((part) => part !== null).join(" · ");
  byId("under").textContent = check === null ? labs[lab].title : title;
  if (!dialog.open) {
    dialog.showModal();
    inside.focus();
  }
  byId("previous").disabled = neighbour(-1) === undefined;
  byId("next").disabled = neighbour(1) === undefined;
  const content = await contentOf(cell);
  if (opened !== cell) return;
  inside.replaceChildren(...content);
  dialog.scrollTop = 0;
  // A button that is gone, or that leads no further, hears no keys.
  const active = document.activeElement;
  if (!dialog.contains(active) || active.disabled) inside.focus({ preventScroll: true });
  dialog.dataset.ready = "yes";
}

async function contentOf(cell) {
  const { lab, check } = columnOf(cell);
  try {
    const told = (await recordsOf(rows.indexOf(cell.parentElement))).find((told) => told.lab === labs[lab].id);
    return check === null ? wholeLab(told, cell) : oneCheck(told, check);
  } catch {
    return [element("p", { class: "warning" }, say.cannot_unpack)];
  }
}

async function recordsOf(row) {
  if (!unpacked.has(row)) {
    const bytes = Uint8Array.from(atob(blocks[row].textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    unpacked.set(row, JSON.parse(await new Response(stream).text()));
  }
  return unpacked.get(row);
}

// Where only points are shown, a check stands behind those of its lab.
function shownFor(cell) {
  if (isOpenable(cell)) return cell;
  return [...cell.parentElement.cells].slice(0, cell.cellIndex).findLast(isPointsOfLab);
}

// The check before or after the one that is shown, of the same submission.
function neighbour(step) {
  const row = [...opened.parentElement.cells].filter(hasMark);
  let at = row.indexOf(opened) + step;
  while (row[at] && isPointsOfLab(row[at])) at += step;
  return row[at];
}

function walk(step) {
  const cell = neighbour(step);
  if (cell) open(cell);
}

byId("previous").addEventListener("click", () => walk(-1));
byId("next").addEventListener("click", () => walk(1));
byId("close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  delete dialog.dataset.ready;
  goTo(here);
});
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
dialog.addEventListener("keydown", (event) => {
  const isScrolling = event.target.closest(".drawing");
  if (isScrolling || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowLeft") walk(-1);
  if (event.key === "ArrowRight") walk(1);
});

// ---- a lab

function wholeLab(told, cell) {
  const { lab } = told.record;
  const build = lab.build?.output ? section(say.build, element("pre", {}, lab.build.output)) : [];
  const colour = cell.className.replace("begin ", "");
  return [
    element("p", { class: `verdict ${colour}` }, `${say.points}: ${lab.points}/${lab.out_of}`),
    ...remarks(told), ...build,
    ...section(say.checks, element("ul", { class: "list" }, ...lab.checks.map((check) => checkOfList(check, lab, cell.parentElement)))),
    ...produced(told.record, {}),
  ];
}

function checkOfList(check, lab, row) {
  const button = element("button", { type: "button", class: check.outcome },
    element("span", { class: "mark", role: "img", "aria-label": say[check.outcome] }, MARKS[check.outcome]),
    element("span", {}, element("b", {}, check.id), element("span", { class: "title" }, check.title)),
    element("span", {}, `${check.points}/${check.out_of}`));
  button.addEventListener("click", () => {
    const index = columns.findIndex((column) => column.check === check.id && labs[column.lab].id === lab.lab);
    const cell = row.cells[index + FIRST];
    if (index >= 0 && hasMark(cell)) open(cell);
  });
  return element("li", {}, button);
}

// ---- a check

function oneCheck(told, id) {
  const check = told.record.lab.checks.find((check) => check.id === id);
  if (!check) return [element("p", {}, say.not_graded)];
  const words = [say[check.outcome], check.kind, `${check.points}/${check.out_of}`].filter(Boolean);
  return [
    element("p", { class: `verdict ${check.outcome}` }, words.join(" · ")),
    ...remarks(told),
    ...(check.hidden ? [element("p", {}, say.hidden)] : []),
    whatHappened(check),
    ...conversation(check),
    ...printed(check.last_output ?? {}),
    ...(check.threads ? section(say.threads, terms(check.threads.map(({ thread, doing }) => [thread, doing]), "told doing")) : []),
    ...produced(told.record, check.words ?? {}),
  ];
}

function whatHappened(check) {
  const { step, skipped, runs } = check;
  const reasons = { "not-built": say.not_built, interrupted: say.interrupted, "not-possible": say.not_possible, refused: say.refused };
  const needs = skipped?.check && `${say.needs} ${skipped.check}`;
  return terms([
    [say.sentence, step && `${step.sentence}  (${say.line} ${step.line})`],
    [say.expected, check.expected], [say.actual, check.actual], [say.why, check.why], [say.hint, check.hint],
    [say.error, check.error], [say.skipped, needs ?? reasons[skipped?.reason]],
    [say.runs, runs?.total > 1 && phrase(say.some_runs, runs)],
  ], "told");
}

function conversation(check) {
  const entries = (check.transcript ?? []).map((entry) => (entry.what === "failed" ? { ...entry, text: check.expected ?? "" } : entry));
  if (entries.length === 0) return [];
  // Within the dialog's padding and its borders.
  const room = dialog.clientWidth - 44;
  const table = element("details", {}, element("summary", {}, say.transcript), transcriptTable(entries));
  table.open = entries.length <= SHORT;
  return [...section(say.conversation, diagram(entries, room)), table];
}

function printed({ stdout, stderr }) {
  return [[say.printed_last, stdout], [say.complained_last, stderr]]
    .flatMap(([title, text]) => (text ? section(title, element("pre", {}, text)) : []));
}

// ---- parts of both

function section(title, ...children) {
  return [element("h3", {}, title), ...children];
}

// Terms with their descriptions, those that have one.
function terms(pairs, style) {
  const known = pairs.filter(([, text]) => text !== undefined && text !== false && text !== "");
  return element("dl", { class: style }, ...known.map(([term, text]) =>
    element("div", {}, element("dt", {}, term), element("dd", {}, text))));
}

function remarks({ remarks }) {
  return remarks.length === 0 ? [] : [element("ul", { class: "remarks" }, ...remarks.map((remark) => element("li", {}, remark)))];
}

function produced({ provenance, graded_at, fingerprint }, words) {
  const files = provenance.labs.map(({ file, sha256 }) => `${file} (sha256 ${sha256})`).join(", ");
  const drawnWords = Object.entries(words).map(([name, word]) => `${name}: ${word}`).join(", ");
  return section(say.produced, terms([
    [say.checker, provenance.checker], [say.labs, files], [say.isolation, provenance.isolation], [say.sight, provenance.sight],
    [say.machine, provenance.machine], [say.seed, String(provenance.seed)], [say.words, drawnWords],
    [say.graded_at, graded_at.replace("T", " ").replace(/\.\d+Z$/, " UTC")], [say.fingerprint, fingerprint],
  ], "produced"));
}
