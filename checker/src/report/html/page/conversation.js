// A conversation, as a diagram and as a table.

const ARROWS = {
  connected: "to", sent: "to", typed: "to", pressed: "to", "stopped-sending": "to", "ended-input": "to", closed: "to", reset: "to",
  accepted: "from", received: "from", "received-end": "from", "received-reset": "from",
};
const MOST_ACTORS = 6;
// All in pixels: an entry's height, a character's width, the column of times, and how far apart two actors may stand.
const [ROW, PLACE, TIMES, NEAREST, FARTHEST] = [34, 7.9, 50, 108, 300];
const HEAD = 44;
// With more entries than these the actors are named below as well.
const LONG = 15;

function whatOf(entry) {
  return say["what_" + entry.what] ?? entry.what;
}

function whoOf(name) {
  return name === "program" || name === "user" ? say[name] : name;
}

function quoted(text) {
  return `"${text.replace(/\n/g, "\\n").replace(/\t/g, "\\t")}"`;
}

function time(at) {
  return at < 1000 ? `${Math.round(at)} ms` : `${(at / 1000).toFixed(1)} s`;
}

// How much it was, where the text does not show all of it.
function size(entry) {
  if (entry.bytes <= Math.max(entry.text.length, 100)) return "";
  if (entry.bytes < 10_000) return ` (${entry.bytes} ${say.bytes})`;
  const [amount, unit] = entry.bytes < 1 << 20 ? [entry.bytes / 1024, "KiB"] : [entry.bytes / (1 << 20), "MiB"];
  return ` (${Math.round(amount)} ${unit})`;
}

// An entry in words: what somebody did, what was said, and how much of it there was.
function wordsOf(entry) {
  const isSaid = entry.text !== undefined && entry.bytes !== undefined;
  if (isSaid) return { did: whatOf(entry), said: quoted(entry.text), much: size(entry) };
  if (entry.what === "exited") return { did: entry.text, said: "", much: "" };
  if (entry.what === "failed") return { did: whatOf(entry) + ":", said: entry.text, much: "" };
  const said = entry.text ?? "";
  return { did: whatOf(entry), said: entry.what === "started" ? withoutFolders(said) : said, much: "" };
}

// ---- the table

function transcriptTable(entries) {
  return element("table", { class: "transcript" }, element("tbody", {}, ...entries.map(transcriptRow)));
}

function transcriptRow(entry) {
  const isLeftOut = entry.what === "left-out";
  const { did, said, much } = isLeftOut ? { did: `${entry.bytes} ${say.entries_left_out}`, said: "", much: "" } : wordsOf(entry);
  return element("tr", entry.what === "failed" ? { class: "lost" } : {},
    element("td", {}, isLeftOut ? "…" : time(entry.at_ms)),
    element("td", {}, isLeftOut ? "" : whoOf(entry.who)),
    element("td", {}, did + " ", said === "" ? null : element("code", {}, said), much));
}

// ---- the diagram

function diagram(entries, room) {
  const actors = [...new Set(entries.map((entry) => entry.who))].filter((who) => who !== "program");
  if (actors.length > MOST_ACTORS) return element("p", {}, say.many_actors);
  actors.splice(Math.ceil(actors.length / 2), 0, "program");
  const stage = stageOf(actors, room, entries.length);
  const { width, height } = stage;
  const svg = drawn("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${say.conversation}: ${actors.map(whoOf).join(", ")}` });
  for (const actor of actors) svg.append(...lifeline(actor, stage));
  let last = null;
  entries.forEach((entry, index) => {
    const y = HEAD + ROW * index + 20;
    const now = entry.what === "left-out" ? last : time(entry.at_ms);
    if (now !== last) svg.append(drawn("text", { class: "time", x: TIMES - 8, y: y + 4, "text-anchor": "end" }, now));
    last = now;
    svg.append(act(entry, y, stage));
  });
  return element("div", { class: "drawing", tabindex: "0", role: "region", "aria-label": say.conversation }, svg);
}

// Where everybody stands. Beside the last actor there is room for what the program does alone, if that is the program.
function stageOf(actors, room, length) {
  const isNarrow = room < 500;
  const side = isNarrow ? 34 : 60;
  const isProgramLast = actors.at(-1) === "program";
  const aside = isProgramLast ? (isNarrow ? 110 : 320) : side;
  const left = TIMES + side;
  const gaps = actors.length - 1;
  const gap = gaps === 0 ? 0 : Math.max(NEAREST, Math.min(FARTHEST, (room - left - aside) / gaps));
  const right = isProgramLast ? Math.max(aside, room - left - gap * gaps) : side;
  const foot = length > LONG ? HEAD - 10 : 0;
  return {
    gap, foot,
    width: left + gap * gaps + right,
    height: HEAD + ROW * length + 10 + foot,
    at: (actor) => left + gap * actors.indexOf(actor),
  };
}

function lifeline(actor, { gap, foot, height, at }) {
  const x = at(actor);
  const name = shortened(whoOf(actor), (gap || FARTHEST) - 24);
  const half = (places(name) * PLACE) / 2 + 9;
  const sign = (y) => [
    drawn("rect", { class: "actor", x: x - half, y, width: 2 * half, height: 26, rx: 6 }),
    drawn("text", { class: "name", x, y: y + 17.5, "text-anchor": "middle" }, name),
  ];
  const line = drawn("line", { class: "life", x1: x, x2: x, y1: 34, y2: height - foot - 4 });
  return [line, ...sign(8), ...(foot > 0 ? sign(height - foot) : [])];
}

function act(entry, y, stage) {
  if (entry.what === "left-out") return note("program", y, "plain", `… ${entry.bytes} ${say.entries_left_out} …`, "", stage);
  const { did, said, much } = wordsOf(entry);
  const way = entry.who === "program" ? undefined : ARROWS[entry.what];
  const group = way !== undefined
    ? arrow(entry.who, way, y, said === "" ? did : said, much, stage)
    : note(entry.who, y, entry.what === "failed" ? "fault" : "plain", `${did} ${said}`.trim(), much, stage);
  group.append(drawn("title", {}, `${whoOf(entry.who)}: ${did} ${said}${much}`));
  return group;
}

function arrow(who, way, y, text, much, { at, gap }) {
  const [from, to] = way === "to" ? [at(who), at("program")] : [at("program"), at(who)];
  const sign = Math.sign(to - from);
  // Beside the actor, where nobody else's line is in between.
  const middle = at(who) + (Math.sign(at("program") - at(who)) * gap) / 2;
  const group = drawn("g", {});
  group.append(
    drawn("line", { class: "arrow", x1: from, y1: y, x2: to - sign * 7, y2: y }),
    drawn("path", { class: "head", d: `M${to - sign} ${y} l${-sign * 9} -4.5 v9 z` }),
    drawn("text", { class: "halo", x: middle, y: y - 6, "text-anchor": "middle" }, shortened(text, gap - 24, much)),
  );
  return group;
}

// What somebody does alone, in a box beside their line, on the side with more room.
function note(who, y, kind, text, much, { at, width }) {
  const x = at(who);
  const [left, right] = [x - TIMES - 10, width - x - 24];
  const isRight = right >= Math.min(0.8 * left, 200);
  const told = shortened(text, (isRight ? right : left) - 16, much);
  const wide = places(told) * PLACE + 14;
  const begin = isRight ? x + 12 : x - 12 - wide;
  const mark = kind === "fault"
    ? drawn("text", { class: "cross", x, y: y + 5, "text-anchor": "middle" }, "✗")
    : drawn("circle", { class: "moment", cx: x, cy: y, r: 4 });
  const group = drawn("g", { class: `note ${kind}` });
  group.append(mark, drawn("rect", { x: begin, y: y - 11, width: wide, height: 22, rx: 5 }), drawn("text", { x: begin + 7, y: y + 4.5 }, told));
  return group;
}

function withoutFolders(command) {
  return command.replace(/\S*\/(?=[^\s/])/g, "");
}

// The widest characters take two places of a fixed-width font.
function places(text) {
  return [...text].reduce((sum, c) => sum + (c.codePointAt(0) > 0x1100 ? 2 : 1), 0);
}

// As much of a text as there is room for, with an ending that stays.
function shortened(text, pixels, ending = "") {
  const most = Math.max(3, Math.floor(pixels / PLACE) - places(ending));
  if (places(text) <= most) return text + ending;
  let kept = "";
  for (const c of text) {
    if (places(kept + c) > most - 1) break;
    kept += c;
  }
  return `${kept}…${ending}`;
}
