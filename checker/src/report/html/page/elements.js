// Elements are made here: nothing that a program said is ever read as HTML.

const byId = (id) => document.getElementById(id);
const say = JSON.parse(byId("say").textContent);

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function drawn(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// A sentence with its values in the places of their names.
function phrase(text, values) {
  return text.replace(/%\{(\w+)\}/g, (_, name) => values[name]);
}
