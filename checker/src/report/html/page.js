"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const say = JSON.parse(byId("say").textContent);
  const matrix = byId("matrix");
  const body = matrix.tBodies[0];
  const rows = [...body.rows];
  const blocks = [...document.querySelectorAll("script.data")];
  const dialog = byId("detail");

  // Which lab and check each column is: the columns of the name and of the points in all come first.
  const FIRST = 2;
  const labHeads = [...matrix.querySelectorAll("thead .labs [data-lab]")];
  const labs = labHeads.map((head) => ({ id: head.textContent, title: head.title }));
  const columns = [...matrix.querySelectorAll("thead .checks th")].map((head) => ({
    lab: Number(head.dataset.lab),
    check: head.classList.contains("begin") ? null : head.textContent,
  }));

  // ---- elements: nothing that a program said is ever read as HTML

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  function drawn(name, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // ---- data

  const unpacked = new Map();

  async function records(row) {
    if (!unpacked.has(row)) {
      const bytes = Uint8Array.from(atob(blocks[row].textContent), (c) => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      unpacked.set(row, JSON.parse(await new Response(stream).text()));
    }
    return unpacked.get(row);
  }

  // ---- the grid: arrow keys move among what can be opened

  const isThere = (cell) => cell && !cell.hidden && cell.firstElementChild && cell.firstElementChild.tagName === "BUTTON";
  const isOpenable = (cell) => isThere(cell) && (!matrix.classList.contains("points") || cell.classList.contains("begin"));
  let here = null;
  let opened = null;

  function cellsOf(row) {
    return [...row.cells].filter(isOpenable);
  }

  function shown() {
    return rows.filter((row) => !row.hidden);
  }

  function stand(cell, focus) {
    if (!isOpenable(cell)) return;
    if (here) here.firstElementChild.tabIndex = -1;
    here = cell;
    const button = cell.firstElementChild;
    button.tabIndex = 0;
    if (!button.hasAttribute("aria-label")) button.setAttribute("aria-label", label(cell));
    if (focus) {
      button.focus();
      button.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  function label(cell) {
    const { lab, check } = columns[cell.cellIndex - FIRST];
    const name = cell.parentElement.cells[0].firstElementChild.textContent;
    const what = check === null ? `${say.points} ${cell.textContent}` : `${check}: ${verdict(cell)}`;
    return `${name}, ${labs[lab].id}, ${what}`;
  }

  function verdict(cell) {
    return ["passed", "failed", "skipped", "errored"].filter((name) => cell.classList.contains(name)).map((name) => say[name]).join("");
  }

  function begin() {
    if (here && isOpenable(here) && !here.parentElement.hidden) return;
    const first = shown().flatMap((row) => cellsOf(row).slice(0, 1))[0];
    if (first) stand(first, false);
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

  matrix.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td");
    if (!cell || event.altKey || event.metaKey) return;
    const row = cellsOf(cell.parentElement);
    const all = shown();
    const moves = {
      ArrowRight: () => beside(cell, 1),
      ArrowLeft: () => beside(cell, -1),
      ArrowDown: () => above(cell, 1),
      ArrowUp: () => above(cell, -1),
      Home: () => (event.ctrlKey ? cellsOf(all[0])[0] : row[0]),
      End: () => (event.ctrlKey ? cellsOf(all[all.length - 1]).pop() : row[row.length - 1]),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    stand(move(), true);
  });

  matrix.addEventListener("click", (event) => {
    const button = event.target.closest("td > button");
    if (!button) return;
    open(button.parentElement);
  });

  // ---- the filter

  function filter() {
    const words = byId("find").value.toLowerCase().split(/\s+/).filter(Boolean);
    const state = byId("state").value;
    let any = false;
    for (const row of rows) {
      const name = row.cells[0].textContent.toLowerCase();
      const fits = words.every((word) => name.includes(word)) && (!state || row.dataset.states.split(" ").includes(state));
      row.hidden = !fits;
      any = any || fits;
    }
    byId("nothing").hidden = any;
    begin();
  }

  function choose() {
    const lab = byId("lab").value;
    const isHidden = (column) => !["", "points"].includes(lab) && column.lab !== Number(lab);
    matrix.classList.toggle("points", lab === "points");
    for (const head of labHeads) head.colSpan = lab === "points" ? 1 : Number(head.dataset.width);
    for (const head of matrix.querySelectorAll("thead [data-lab]")) head.hidden = isHidden({ lab: Number(head.dataset.lab) });
    for (const row of rows) {
      columns.forEach((column, index) => { row.cells[index + FIRST].hidden = isHidden(column); });
    }
    begin();
  }

  byId("find").addEventListener("input", filter);
  byId("state").addEventListener("change", filter);
  if (byId("lab")) byId("lab").addEventListener("change", choose);
  document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !dialog.open && !/^(INPUT|SELECT)$/.test(event.target.tagName)) {
      event.preventDefault();
      byId("find").focus();
    }
  });

  // ---- what stands behind a cell

  // Where only points are shown, a check stands behind those of its lab.
  function shownFor(cell) {
    const row = [...cell.parentElement.cells];
    return isOpenable(cell) ? cell : row.slice(0, cell.cellIndex).findLast((other) => other.classList.contains("begin"));
  }

  async function open(cell) {
    opened = cell;
    stand(shownFor(cell), false);
    const row = rows.indexOf(cell.parentElement);
    const column = columns[cell.cellIndex - FIRST];
    const name = cell.parentElement.cells[0].firstElementChild.textContent;
    const head = element("h2", { id: "heading" }, [name, labs[column.lab].id, column.check].filter((part) => part !== null).join(" · "));
    const under = element("p", {}, column.check === null ? labs[column.lab].title : "");
    const step = (sign, text, mark) => {
      const button = element("button", { class: "plain", "aria-label": text, title: text }, mark);
      button.addEventListener("click", () => walk(sign));
      return button;
    };
    const close = element("button", { class: "plain", "aria-label": say.close, title: say.close, id: "close" }, "✕");
    close.addEventListener("click", () => dialog.close());
    const bar = element("div", { class: "bar" }, element("div", {}, head, under), step(-1, say.previous, "‹"), step(1, say.next, "›"), close);
    const inside = element("div", { class: "body" });
    dialog.replaceChildren(bar, inside);
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    try {
      const told = (await records(row)).find((told) => told.record.lab.lab === labs[column.lab].id);
      if (opened !== cell) return;
      inside.append(...(column.check === null ? wholeLab(told, cell) : oneCheck(told, column.check, under)));
    } catch {
      inside.append(element("p", { class: "warning" }, say.cannot_unpack));
    }
    dialog.dataset.ready = "yes";
  }

  function walk(step) {
    const row = [...opened.parentElement.cells].filter(isThere);
    let at = row.indexOf(opened) + step;
    while (row[at] && row[at].classList.contains("begin")) at += step;
    if (row[at]) open(row[at]);
  }

  dialog.addEventListener("close", () => {
    delete dialog.dataset.ready;
    if (here) stand(here, true);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") walk(-1);
    if (event.key === "ArrowRight") walk(1);
  });

  function section(title, ...children) {
    return [element("h3", {}, title), ...children];
  }

  function terms(pairs, className) {
    const known = pairs.filter(([, value]) => value !== undefined && value !== null && value !== "");
    if (className === "produced") {
      return element("dl", { class: className }, ...known.map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, String(value)))));
    }
    return element("dl", { class: className }, ...known.flatMap(([term, value]) => [element("dt", {}, term), element("dd", {}, String(value))]));
  }

  function remarks(told) {
    if (told.remarks.length === 0) return [];
    return [element("ul", { class: "remarks" }, ...told.remarks.map((remark) => element("li", {}, remark)))];
  }

  function wholeLab(told, cell) {
    const entry = told.record.lab;
    const parts = [element("p", { class: "verdict " + cell.className.replace("begin ", "") }, `${say.points}: ${entry.points}/${entry.out_of}`), ...remarks(told)];
    if (entry.build && entry.build.output) parts.push(...section(say.build, element("pre", {}, entry.build.output)));
    const marks = { passed: "✓", failed: "✗", skipped: "–", errored: "!" };
    const list = entry.checks.map((check) => {
      const button = element("button", { class: check.outcome },
        element("span", { "aria-label": say[check.outcome] }, marks[check.outcome]),
        element("span", {}, `${check.id}  ${check.title}`),
        element("span", {}, `${check.points}/${check.out_of}`));
      button.addEventListener("click", () => {
        const index = columns.findIndex((column) => column.check === check.id && labs[column.lab].id === entry.lab);
        const found = index < 0 ? null : cell.parentElement.cells[index + FIRST];
        if (isThere(found)) open(found);
      });
      return element("li", {}, button);
    });
    parts.push(...section(say.checks, element("ul", { class: "list" }, ...list)), ...produced(told.record));
    return parts;
  }

  function oneCheck(told, id, under) {
    const check = told.record.lab.checks.find((check) => check.id === id);
    if (!check) return [element("p", {}, say.not_graded)];
    under.textContent = check.title;
    const points = `${check.points}/${check.out_of}`;
    const kind = check.kind ? ` · ${check.kind}` : "";
    const parts = [element("p", { class: `verdict ${check.outcome}` }, `${say[check.outcome]}${kind} · ${points}`), ...remarks(told)];
    if (check.hidden) parts.push(element("p", {}, say.hidden));
    const skips = { "not-built": say.not_built, interrupted: say.interrupted, "not-possible": say.not_possible, refused: say.refused };
    const skipped = check.skipped && (check.skipped.check ? `${say.needs} ${check.skipped.check}` : skips[check.skipped.reason]);
    const runs = check.runs && check.runs.total > 1 ? `${check.runs.passed}/${check.runs.total}` : null;
    const words = check.words ? Object.entries(check.words).map(([name, word]) => `${name}: ${word}`).join(", ") : null;
    parts.push(terms([
      [say.sentence, check.step && `${check.step.sentence}  (${say.line} ${check.step.line})`],
      [say.expected, check.expected], [say.actual, check.actual], [say.why, check.why], [say.hint, check.hint],
      [say.error, check.error], [say.skipped, skipped], [say.runs, runs], [say.words, words],
    ], "told"));
    const transcript = check.transcript || [];
    if (transcript.length > 0) {
      parts.push(...section(say.conversation, conversation(transcript, check)));
      const table = element("details", {}, element("summary", {}, say.transcript), transcriptTable(transcript));
      parts.push(table);
      table.open = transcript.length <= 12;
    }
    const output = check.last_output || {};
    if (output.stdout) parts.push(...section(say.printed_last, element("pre", {}, output.stdout)));
    if (output.stderr) parts.push(...section(say.complained_last, element("pre", {}, output.stderr)));
    if (check.threads) parts.push(...section(say.threads, terms(check.threads.map((thread) => [thread.thread, thread.doing]), "told")));
    return [...parts, ...produced(told.record)];
  }

  function produced(record) {
    const by = record.provenance;
    const files = by.labs.map((file) => `${file.file} (sha256 ${file.sha256})`).join(", ");
    return section(say.produced, terms([
      ["checker", by.checker], ["labs", files], ["isolation", by.isolation], ["sight", by.sight],
      ["machine", by.machine], [say.seed, by.seed], ["graded_at", record.graded_at], ["fingerprint", record.fingerprint],
    ], "produced"));
  }

  // ---- the conversation

  const what = (entry) => say["what_" + entry.what] || entry.what;
  const who = (name) => (name === "program" || name === "user" ? say[name] : name);
  const quoted = (text) => "\"" + text.replace(/\n/g, "\\n").replace(/\t/g, "\\t") + "\"";

  function time(at) {
    return at < 1000 ? `${Math.round(at)} ms` : `${(at / 1000).toFixed(1)} s`;
  }

  function size(entry) {
    const whole = entry.text === undefined ? 0 : entry.text.length;
    return entry.bytes > Math.max(whole, 100) ? ` (${entry.bytes} ${say.bytes})` : "";
  }

  function transcriptTable(entries) {
    return element("table", { class: "transcript" }, element("tbody", {}, ...entries.map((entry) => {
      const isLeftOut = entry.what === "left-out";
      const said = entry.text === undefined ? null : element("code", {}, entry.bytes === undefined ? entry.text : quoted(entry.text) + size(entry));
      return element("tr", entry.what === "failed" ? { class: "lost" } : {},
        element("td", {}, isLeftOut ? "…" : time(entry.at_ms)),
        element("td", {}, isLeftOut ? "" : who(entry.who)),
        element("td", {}, isLeftOut ? `${entry.bytes} ${say.entries_left_out}` : what(entry) + " ", said));
    })));
  }

  const TO_PROGRAM = ["connected", "sent", "typed", "stopped-sending", "pressed", "ended-input", "closed", "reset"];
  const FROM_PROGRAM = ["accepted", "received", "received-end", "received-reset"];
  const MOST_ACTORS = 6;
  const ROW = 34;
  const [NARROW, WIDE] = [115, 210];

  function conversation(entries, check) {
    const names = [];
    for (const entry of entries) if (entry.who !== "program" && !names.includes(entry.who)) names.push(entry.who);
    if (names.length > MOST_ACTORS) return element("p", {}, say.many_actors);
    names.splice(Math.ceil(names.length / 2), 0, "program");
    const room = Math.min(window.innerWidth, 960) - 60;
    const left = room < 500 ? 42 : 70;
    const gap = Math.max(NARROW, Math.min(WIDE, (room - 2 * left - 50) / (names.length - 1)));
    const width = left * 2 + gap * (names.length - 1) + 50;
    const height = 44 + ROW * entries.length + 14;
    const at = (name) => left + gap * names.indexOf(name);
    const svg = drawn("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${say.conversation}: ${names.map(who).join(", ")}` });
    for (const name of names) {
      svg.append(drawn("line", { class: "life", x1: at(name), x2: at(name), y1: 32, y2: height - 6 }));
      svg.append(drawn("text", { class: "actor", x: at(name), y: 22, "text-anchor": "middle" }, shortened(who(name), gap - 20)));
    }
    let last = "";
    entries.forEach((entry, index) => {
      const y = 44 + ROW * index + 20;
      const now = time(entry.at_ms);
      if (entry.what !== "left-out" && now !== last) svg.append(drawn("text", { class: "time", x: width - 6, y: y + 4, "text-anchor": "end" }, now));
      last = now;
      svg.append(act(entry, y, at, gap, width, check));
    });
    return element("div", { class: "drawing", tabindex: "0" }, svg);
  }

  function act(entry, y, at, gap, width, check) {
    const group = drawn("g");
    const isSaid = entry.text !== undefined && entry.bytes !== undefined;
    const text = isSaid ? quoted(entry.text) + size(entry) : entry.text === undefined ? what(entry) : `${what(entry)} ${entry.text}`;
    group.append(drawn("title", {}, `${who(entry.who)} ${what(entry)} ${entry.text === undefined ? "" : entry.text}`));
    const isTo = TO_PROGRAM.includes(entry.what);
    if (entry.who !== "program" && (isTo || FROM_PROGRAM.includes(entry.what))) {
      const [from, to] = isTo ? [at(entry.who), at("program")] : [at("program"), at(entry.who)];
      const sign = Math.sign(to - from);
      group.append(drawn("line", { class: "arrow", x1: from, y1: y, x2: to - sign * 7, y2: y }));
      group.append(drawn("path", { class: "head", d: `M${to - sign} ${y} l${-sign * 9} -4.5 v9 z` }));
      const near = isTo ? at(entry.who) : at("program") + Math.sign(at(entry.who) - at("program")) * gap;
      const middle = Math.abs(to - from) > gap ? (at(entry.who) + at(entry.who) + Math.sign(at("program") - at(entry.who)) * gap) / 2 : (from + to) / 2;
      group.append(drawn("text", { class: "halo", x: Number.isFinite(middle) ? middle : near, y: y - 6, "text-anchor": "middle" }, shortened(text, gap - 26)));
      return group;
    }
    if (entry.what === "left-out") {
      group.append(drawn("text", { class: "time", x: at("program"), y: y + 4, "text-anchor": "middle" }, `… ${entry.bytes} ${say.entries_left_out} …`));
      return group;
    }
    const x = at(entry.who);
    const isFault = entry.what === "failed";
    const isLeft = x > width * 0.6;
    const told = isFault ? `${what(entry)}: ${check.expected || ""}` : isSaid ? `${what(entry)} ${text}` : text;
    if (isFault) group.append(drawn("text", { class: "fault", x, y: y + 5, "text-anchor": "middle" }, "✗"));
    else group.append(drawn("circle", { class: "moment", cx: x, cy: y, r: 4 }));
    const room = (isLeft ? x : width - x - 60) - 16;
    group.append(drawn("text", { class: isFault ? "fault halo" : "halo", x: x + (isLeft ? -12 : 12), y: y + 4, "text-anchor": isLeft ? "end" : "start" }, shortened(told, room)));
    return group;
  }

  // The widest characters take two places of a fixed-width font.
  function shortened(text, pixels) {
    const places = Math.max(3, Math.floor(pixels / 7.9));
    let used = 0;
    let kept = "";
    for (const c of text) {
      used += c.codePointAt(0) > 0x1100 ? 2 : 1;
      if (used > places - 1) return kept + "…";
      kept += c;
    }
    return kept;
  }

  begin();
})();
